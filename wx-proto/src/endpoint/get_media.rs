//! `GET https://FILE/cgi-bin/mmwebwx-bin/webwxgetmedia`: the file of a message.
//!
//! Parameters in the order of a capture of 2018; the file helper's clients agree on one more. Until about 2017 the file's
//! plain name stood in the place of the encoded one.

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts, media};
use crate::{Endpoint, Flavour, Lane, Secret, host::Role, model::MediaFile, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetMedia,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

/// `data_ticket`: the present value of the cookie `webwx_data_ticket`.
pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    file: &MediaFile,
    data_ticket: &Secret<String>,
    offset: u64,
) -> Draft {
    let query =
        Query::new().angular("sender", file.sender.as_str()).angular("mediaid", file.media_id.expose());
    let query = match file.encry_file_name.as_str() {
        "" => query.angular("filename", &file.file_name),
        // It is escaped already.
        name => query.escaped("encryfilename", name),
    };
    let query = page.pass_ticket(query.raw("fromuser", tokens.uin), tokens);
    let query = query.angular("webwx_data_ticket", data_ticket.expose());
    let query = match page.profile.flavour {
        Flavour::Web => query,
        Flavour::FileHelper => query.component("sid", tokens.sid.expose()),
    };
    let path = "/cgi-bin/mmwebwx-bin/webwxgetmedia";
    Draft::get(&SPEC, page, Role::File, Style::Media, path, query).download(media::behind(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        UserName,
        endpoint::{
            media::tests::asked,
            testing::{FRIEND, PASS_TICKET},
        },
    };

    fn address(flavour: Flavour, encry_file_name: &str, file_name: &str) -> String {
        let file = MediaFile {
            msg_id: None,
            sender: UserName::new(FRIEND),
            media_id: Secret::new("@crypt_6f7a8b9c_0123".to_owned()),
            encry_file_name: encry_file_name.to_owned(),
            file_name: file_name.to_owned(),
        };
        let data_ticket = Secret::new("gSfAbC+d/E=".to_owned());
        let (address, accept, range) =
            asked(flavour, |page, tokens| build(page, tokens, &file, &data_ticket, 0));
        assert_eq!((accept.as_str(), range), ("*/*", None));
        address
    }

    const START: &str = "https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetmedia\
                         ?sender=@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111\
                         &mediaid=@crypt_6f7a8b9c_0123";

    #[test]
    fn the_request_is_the_page_s() {
        assert_eq!(
            address(Flavour::Web, "plan%2Epdf", "plan.pdf"),
            format!(
                "{START}&encryfilename=plan%2Epdf&fromuser=1234567890\
                 &pass_ticket=mPq7%252BrS9tU%252Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%253D\
                 &webwx_data_ticket=gSfAbC%2Bd%2FE%3D"
            )
        );
        assert_eq!(
            address(Flavour::FileHelper, "plan%2Epdf", "plan.pdf"),
            format!(
                "{START}&encryfilename=plan%2Epdf&fromuser=1234567890&pass_ticket={PASS_TICKET}\
                 &webwx_data_ticket=gSfAbC%2Bd%2FE%3D&sid=x7%2FpQ2%2BmN5kV8rTz&mmweb_appid=wx_webfilehelper"
            )
        );
    }

    #[test]
    fn names_stay_in_their_parameter() {
        let plain = address(Flavour::Web, "", "周报 1.txt");
        assert!(plain.contains("&filename=%E5%91%A8%E6%8A%A5%201.txt&fromuser="), "{plain}");
        let evil = address(Flavour::Web, "a&sender=@x#\r\n?é", "");
        assert!(evil.contains("&encryfilename=a%26sender=@x%23%0D%0A%3F%C3%A9&fromuser="), "{evil}");
    }
}
