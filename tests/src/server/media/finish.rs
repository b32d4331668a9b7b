//! The end of an upload: the file is whole, or the server lost what it had of it.

use wx_proto::Md5;

use super::super::{Server, auth::WRONG};
use super::{
    assembly::Assembled,
    store::{Described, Key, Upload},
};

impl Server {
    /// Loses the upload if a fault says so at this chunk.
    pub(super) fn forget_if_told(&mut self, key: &Key, index: u32) {
        if self.faults.take_forget(key.endpoint, index) {
            self.media.forget(key);
        }
    }

    /// The file is whole: it gets its MediaId, unless it is not what it was said to be.
    pub(super) fn store_upload(
        &mut self,
        key: Key,
        described: Described,
        file: Assembled,
        md5: Option<Md5>,
    ) -> Result<Option<Upload>, i64> {
        let endpoint = key.endpoint;
        if md5.is_some() && file.md5.is_some() && md5 != file.md5 {
            self.record.complain(format!("{endpoint} with the MD5 of another file"));
            if self.config.checks_md5 {
                return Err(WRONG);
            }
        }
        if file.len != described.len {
            self.record.complain(format!("{endpoint} with chunks that do not add up to TotalLen"));
            return Ok(None);
        }
        // As long as recorded ones: 176 characters for files, 592 for pictures (656 occurs too).
        let digits = if described.media_type == "pic" { 576 } else { 160 };
        let media_id = format!("@crypt_{}_{}", self.rng.hex(8), self.rng.hex(digits));
        let upload = Upload::new(media_id, key, described, file);
        self.media.uploads.push(upload.clone());
        Ok(Some(upload))
    }
}
