//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetcontact`: friends, followed accounts and saved groups, in
//! pages.
//!
//! As in the 2018 capture; several clients POST, which the server takes as well. Groups come without members.

use bytes::Bytes;
use http::StatusCode;

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts};
use crate::{
    Endpoint, Lane, ReplyError,
    coding::json::{self, List},
    host::Role,
    model::Contact,
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetContact,
    lane: Lane::Control,
    timeouts: Timeouts::LARGE,
    longest_reply: None,
    counted: false,
    quota: Some(Quota::Contacts),
};

/// One page of the contact list.
#[derive(Clone, Debug)]
pub(crate) struct ContactPage {
    /// Where the next page begins; 0 if this is the last.
    pub(crate) seq: u64,
    pub(crate) contacts: Vec<Contact>,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, seq: u64) -> Draft {
    let query = page
        .tail(Query::new(), tokens)
        .raw("r", page.now.as_millis())
        .raw("seq", seq)
        .angular("skey", tokens.skey.expose());
    let path = "/cgi-bin/mmwebwx-bin/webwxgetcontact";
    Draft::get(&SPEC, page, Role::Base, Style::Api, path, query)
}

/// `Seq` was absent in 2015: then there is one page.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<ContactPage, ReplyError> {
    json::read(status, body, |reply| {
        let seq = reply.members.unsigned("Seq").unwrap_or(0);
        Ok(ContactPage { seq, contacts: reply.readable(List::contacts("MemberList"))? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{FRIEND, TAIL, tokens, wire, with_page};

    fn ok(body: &'static [u8]) -> Result<ContactPage, ReplyError> {
        parse(StatusCode::OK, &Bytes::from_static(body))
    }

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx2.qq.com", 1_735_700_061_500, "", |page| {
            let line = format!(
                "GET https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetcontact?{TAIL}&r=1735700061500&seq=0\
                 &skey=@crypt_1a2b3c4d_00112233445566778899aabbccddeeff"
            );
            assert_eq!(wire(page, build(page, &tokens(), 0)), (line.clone(), String::new()));
            assert_eq!(wire(page, build(page, &tokens(), 77)).0, line.replace("seq=0", "seq=77"));
        });
    }

    #[test]
    fn the_recorded_page() {
        let page = ok(include_bytes!("testdata/get_contact.json")).unwrap();
        assert_eq!(page.seq, 0);
        assert_eq!(page.contacts.len(), 1);
        assert_eq!(page.contacts[0].user_name(), FRIEND);
    }

    #[test]
    fn one_bad_contact_costs_only_itself() {
        let page = ok(br#"{"BaseResponse":{"Ret":0},"Seq":"12","MemberList":[{"UserName":"@1"},7,null,[],
            {"UserName":"@2","NickName":"\ud83d"},{"NickName":"a"},{"UserName":""},{"UserName":"@3"}]}"#)
        .unwrap();
        assert_eq!(page.seq, 12);
        let names: Vec<&str> = page.contacts.iter().map(|contact| contact.user_name()).collect();
        assert_eq!(names, ["@1", "@2", "@3"]);
    }

    #[test]
    fn missing_and_wrong_lists() {
        assert!(ok(br#"{"BaseResponse":{"Ret":0}}"#).unwrap().contacts.is_empty());
        assert!(ok(br#"{"BaseResponse":{"Ret":0},"MemberList":null,"Seq":[]}"#).unwrap().contacts.is_empty());
        let wrong = ok(br#"{"BaseResponse":{"Ret":0},"MemberList":{}}"#).unwrap_err();
        assert_eq!(wrong, ReplyError::Missing("MemberList"));
        assert_eq!(ok(b"<html>").unwrap_err(), ReplyError::Html);
    }
}
