//! What the requests of sends and uploads are made of.

use super::Outbox;
use crate::{
    OpId, Secret, UserName,
    endpoint::{
        UploadParts,
        chunk::Chunk,
        message::Envelope,
        send_form::Sending,
        upload_media::{Drawn, Upload},
    },
};

impl Outbox {
    /// A send whose turn it is.
    pub(in crate::client) fn sending<'a>(&'a self, op: OpId, from: &'a UserName) -> Option<Sending<'a>> {
        let entry = self.get(op)?;
        let handed = entry.upload.as_ref().map(|upload| &upload.handed);
        Some(Sending {
            envelope: Envelope { from, to: &entry.to, wire_id: entry.wire_id? },
            message: &entry.message,
            media_id: handed.and_then(|handed| handed.media_id.as_ref()),
            permit: handed.and_then(|handed| handed.permit.as_ref()),
        })
    }

    /// A chunk of this send's file; `None` if it has no such chunk.
    pub(in crate::client) fn chunk(&self, op: OpId, index: u64) -> Option<Chunk> {
        Chunk::of(&self.get(op)?.message.as_file()?.source, index)
    }

    /// An upload whose turn it is.
    pub(in crate::client) fn uploading<'a>(
        &'a self,
        op: OpId,
        from: &'a UserName,
        chunk: &'a Chunk,
        drawn: &'a Drawn,
        data_ticket: &'a Secret<String>,
    ) -> Option<UploadParts<'a>> {
        let entry = self.get(op)?;
        let handed = &entry.upload.as_ref()?.handed;
        let identity = handed.identity.as_ref()?;
        let upload = Upload {
            from,
            to: &entry.to,
            file: entry.message.as_file()?,
            chunk,
            id: identity.client_media_id,
            device_id: &identity.device_id,
            permit: handed.permit.as_ref(),
            data_ticket,
            number: identity.number,
        };
        Some(UploadParts { upload, upload_id: handed.upload_id.as_ref(), drawn })
    }
}
