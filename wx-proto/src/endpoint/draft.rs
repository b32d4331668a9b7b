//! From an endpoint's own values to an `http::Request` with the official page's headers.

use std::{borrow::Cow, fmt::Write as _};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde::Serialize;

use super::{Form, Page, Query, Spec, multipart::MultipartForm};
use crate::{
    Body, Endpoint, Flavour, Secret,
    host::{Host, Role},
    profile::{AppId, Place},
};

/// Which of the page's header sets a request carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    /// A script tag: jslogin, login, synccheck.
    Script,
    /// A call for JSON or XML.
    Api,
    /// An image tag.
    Image,
    /// A sound, a film or a file.
    Media,
    /// A form that navigates.
    Form,
    /// A form with a file, sent by a script.
    Upload,
}

/// A request before it has its cookies and the headers that all requests share.
pub(crate) struct Draft {
    endpoint: Endpoint,
    method: Method,
    host: Host,
    path_and_query: String,
    style: Style,
    body: Body,
    content_type: Option<Cow<'static, str>>,
    coding: Coding,
}

/// In which content codings a reply may come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Coding {
    Gzip,
    /// As it is: lengths and ranges then are those of the bytes themselves. `range`: from this byte on.
    Identity {
        range: Option<u64>,
    },
}

impl Draft {
    /// A GET without a body.
    pub(crate) fn get(
        spec: &Spec,
        page: &Page<'_>,
        role: Role,
        style: Style,
        path: &str,
        query: Query,
    ) -> Self {
        Self::new(spec, Method::GET, page.hosts.get(role).clone(), style, Body::Empty, path, query)
    }

    /// A GET of an address that the server gave.
    pub(crate) fn get_at(spec: &Spec, host: Host, style: Style, path_and_query: String) -> Self {
        Self {
            endpoint: spec.endpoint,
            method: Method::GET,
            host,
            path_and_query,
            style,
            body: Body::Empty,
            content_type: None,
            coding: Coding::Gzip,
        }
    }

    /// For media: the bytes as they are, from `range` on where it is given.
    pub(crate) fn download(mut self, range: Option<u64>) -> Self {
        self.coding = Coding::Identity { range };
        self
    }

    /// A POST of a JSON value, as UTF-8, to the base host.
    pub(crate) fn post(
        spec: &Spec,
        page: &Page<'_>,
        path: &str,
        query: Query,
        value: &impl Serialize,
    ) -> Self {
        // The values are plain structs with string keys; serde_json has nothing to refuse in them.
        let json = serde_json::to_vec(value).expect("a request body is plain JSON");
        let host = page.hosts.base().clone();
        let content_type = Some("application/json;charset=UTF-8".into());
        let body = Body::Bytes(json.into());
        Self { content_type, ..Self::new(spec, Method::POST, host, Style::Api, body, path, query) }
    }

    /// A POST of a form to the base host.
    pub(crate) fn post_form(spec: &Spec, page: &Page<'_>, path: &str, query: Query, form: Form) -> Self {
        let body = Body::Bytes(Bytes::from(form.into_string()));
        let content_type = Some("application/x-www-form-urlencoded".into());
        let host = page.hosts.base().clone();
        Self { content_type, ..Self::new(spec, Method::POST, host, Style::Form, body, path, query) }
    }

    /// A POST of a form with a stretch of a file to the file host.
    pub(crate) fn post_upload(
        spec: &Spec,
        page: &Page<'_>,
        path: &str,
        query: Query,
        form: MultipartForm,
    ) -> Self {
        let (content_type, body) = form.into_parts();
        let host = page.hosts.get(Role::File).clone();
        let content_type = Some(content_type.into());
        Self { content_type, ..Self::new(spec, Method::POST, host, Style::Upload, body, path, query) }
    }

    fn new(
        spec: &Spec,
        method: Method,
        host: Host,
        style: Style,
        body: Body,
        path: &str,
        query: Query,
    ) -> Self {
        let query = query.into_string();
        let path_and_query = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Self {
            endpoint: spec.endpoint,
            method,
            host,
            path_and_query,
            style,
            body,
            content_type: None,
            coding: Coding::Gzip,
        }
    }

    pub(crate) const fn host(&self) -> &Host {
        &self.host
    }

    /// The path alone, for the cookies that apply to it.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query.split_once('?').map_or(&self.path_and_query, |(path, _)| path)
    }

    /// Adds the application's id, the profile's extras, the page's headers and the cookies. `None` if the address is longer than one may be.
    pub(crate) fn into_http(
        mut self,
        page: &Page<'_>,
        cookies: Option<&Secret<String>>,
    ) -> Option<http::Request<Body>> {
        let (in_query, in_header) = match page.profile.flavour.app_id(self.endpoint) {
            AppId::Nowhere => (None, None),
            AppId::Query(name) => (Some((name, page.profile.appid.as_str())), None),
            AppId::Header(name) => (None, Some((name, page.profile.appid.as_str()))),
        };
        for (name, value) in in_query.into_iter().chain(page.profile.extras(self.endpoint, Place::Query)) {
            let extra = Query::new().component(name, value).into_string();
            let joint = if self.path_and_query.contains('?') { '&' } else { '?' };
            let _ = write!(self.path_and_query, "{joint}{extra}");
        }
        let origin = format!("https://{}", page.hosts.base());
        let posts = self.method == Method::POST;
        let accept = match self.style {
            Style::Script | Style::Media => "*/*",
            Style::Upload => match page.profile.flavour {
                // The library that uploads asks for anything.
                Flavour::Web => "*/*",
                Flavour::FileHelper => "application/json, text/plain, */*",
            },
            Style::Api => "application/json, text/plain, */*",
            Style::Image => "image/webp,image/apng,image/*,*/*;q=0.8",
            Style::Form => "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        };
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        // Host and path were checked when they were made: a listed host, printable ASCII behind it. Their length was not.
        *request.uri_mut() = http::Uri::builder()
            .scheme("https")
            .authority(self.host.as_str())
            .path_and_query(self.path_and_query)
            .build()
            .ok()?;
        let headers = request.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::ACCEPT, accept);
        match self.coding {
            Coding::Gzip => set(header::ACCEPT_ENCODING, "gzip"),
            Coding::Identity { range } => {
                set(header::ACCEPT_ENCODING, "identity");
                if let Some(first) = range {
                    set(header::RANGE, &format!("bytes={first}-"));
                }
            }
        }
        set(header::USER_AGENT, &page.profile.user_agent);
        let referer = match page.profile.flavour {
            Flavour::Web => format!("{origin}/?lang={}", page.profile.lang),
            Flavour::FileHelper => format!("{origin}/"),
        };
        set(header::REFERER, &referer);
        if posts {
            set(header::ORIGIN, &origin);
        }
        if let Some(content_type) = self.content_type {
            set(header::CONTENT_TYPE, &content_type);
        }
        for (name, value) in in_header.into_iter().chain(page.profile.extras(self.endpoint, Place::Header)) {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                set(name, value);
            }
        }
        if let Some(Ok(mut value)) = cookies.map(|cookies| HeaderValue::from_str(cookies.expose())) {
            value.set_sensitive(true);
            headers.insert(header::COOKIE, value);
        }
        Some(request)
    }
}
