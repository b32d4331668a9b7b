//! The form of an upload: its JSON, its file, and who sends it.

use http::header::CONTENT_TYPE;
use serde_json::Value;
use wx_proto::Endpoint;

use super::super::{
    Server,
    auth::{NOT_PARSED, WRONG},
    call::Call,
};
use super::multipart::{Form, Part};

/// A form that belongs to a login and has what it needs.
pub(super) struct UploadForm {
    pub(super) login: usize,
    pub(super) request: Value,
    pub(super) form: Form,
}

impl UploadForm {
    /// The part with the file.
    pub(super) fn file(&self) -> Option<&Part> {
        self.form.part(FILE).filter(|part| part.file_name.is_some())
    }
}

impl Server {
    /// Reads the form, whose JSON is in the part `json`, and checks tickets and BaseRequest.
    pub(super) fn upload_form(
        &mut self,
        endpoint: Endpoint,
        call: &Call,
        json: &str,
    ) -> Result<UploadForm, i64> {
        self.look_for_appid(endpoint, call);
        let content_type = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let form = match Form::parse(content_type.unwrap_or_default(), &call.body) {
            Ok(form) => form,
            Err(wrong) => return self.deny(endpoint, NOT_PARSED, &wrong.to_string()),
        };
        let login = self.by_ticket(endpoint, call, form.text("webwx_data_ticket").as_deref())?;
        let request = form.part(json).and_then(|part| serde_json::from_slice::<Value>(&part.bytes).ok());
        let Some(request) = request.filter(Value::is_object) else {
            return self.deny(endpoint, WRONG, &format!("without a JSON object in {json}"));
        };
        self.check_base(endpoint, call, login, &request)?;
        let form = UploadForm { login, request, form };
        if form.file().is_none() {
            return self.deny(endpoint, WRONG, "without a file in filename");
        }
        let typed = form.form.parts().iter().find(|part| part.name != FILE && part.content_type.is_some());
        if let Some(part) = typed {
            self.record.complain(format!("{endpoint} with a Content-Type of {}", part.name));
        }
        Ok(form)
    }
}

const FILE: &str = "filename";
