//! What files take of the simulated server's memory.

#[path = "../it/files/raw.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod raw;

use allocation_counter::measure;
use http::Request;
use wx_testkit::{
    content::{FileContent, FileForm},
    runner::START,
    server::{Answer, FileKind, PhoneFile},
};

use self::raw::{CHUNK, Direct, Raw, server};

#[test]
fn a_large_upload_takes_what_is_kept_and_a_chunk() {
    const KEPT: u64 = 1 << 20;
    let mut client = Raw::log_in(Direct(server(|config| config.kept_bytes = KEPT)));
    let content = FileContent::pattern(FileForm::Plain, 4, 20_000_000);
    let md5 = content.md5().to_string();
    let mut media_id = String::new();
    let info = measure(|| {
        for index in 0..content.len().div_ceil(CHUNK) {
            media_id = client.chunk("big.bin", &content, &md5, index);
        }
    });
    assert_eq!(media_id.len(), 176);
    assert_eq!(client.carrier.0.uploads()[0].md5, Some(content.md5()));
    // The client's own chunk twice, in its form and before it.
    assert!(info.bytes_max < 2 * KEPT + 4 * CHUNK, "{} bytes", info.bytes_max);
    assert!(info.bytes_current < 100_000, "{} bytes", info.bytes_current);
}

#[test]
fn a_file_that_is_made_as_it_is_read_takes_a_piece() {
    let mut client = Raw::log_in(Direct(server(|_| {})));
    let content = FileContent::pattern(FileForm::Mp4, 4, 1 << 30);
    let file = PhoneFile { kind: FileKind::Video, name: String::new(), content: content.clone() };
    let id = client.carrier.0.phone(START).send_file("明哥", None, file).unwrap();
    let address =
        format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetvideo?msgid={id}&skey={}", client.skey);
    let request = client.request(Request::get(address).header("Range", "bytes=0-"), "");
    let info = measure(|| {
        let Answer::Streamed(reply) = client.carrier.0.handle(START, request) else { panic!("it is read") };
        assert_eq!(reply.body().len(), 1 << 30);
        let mut passed = 0;
        while passed < 32 << 20 {
            passed += u64::try_from(reply.body().piece(passed).len()).unwrap();
        }
    });
    assert!(info.bytes_max < 200_000, "{} bytes", info.bytes_max);
}
