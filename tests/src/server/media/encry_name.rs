//! EncryFileName: a file's name with everything but letters and digits written `%XX`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(in crate::server) fn encry_file_name(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_names() {
        assert_eq!(encry_file_name("IMG_1854.JPG"), "IMG%5F1854%2EJPG");
        assert_eq!(encry_file_name("周报-1.xlsx"), "%E5%91%A8%E6%8A%A5%2D1%2Exlsx");
    }
}
