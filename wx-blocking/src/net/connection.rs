//! One ureq agent with its connections, used for one exchange after the other.

use std::{sync::Arc, time::Duration};

use ureq::{Agent, config::AutoHeaderValue, unversioned::resolver::DefaultResolver};

use super::{Net, connector::AbortableConnector, progress::Progress, resolver::AbortableResolver};

/// The way to the servers for one exchange at a time: an agent that keeps a connection to each host. Aborting ends it for
/// good.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) agent: Agent,
    pub(crate) progress: Arc<Progress>,
}

impl Connection {
    pub(crate) fn new(net: &Net) -> Self {
        let progress = Arc::new(Progress::new());
        let Net(shared) = net;
        let config = Agent::config_builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // The core sets every header.
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            // ureq looks at an idle connection before it uses it. Left open for longer, it may be closed by the other
            // end just then, and nobody knows whether a message left.
            .max_idle_age(Duration::from_secs(2))
            .max_idle_connections_per_host(1)
            .proxy(shared.proxy.clone())
            .build();
        let connector = AbortableConnector {
            progress: progress.clone(),
            tls: shared.tls.clone(),
            proxy: shared.proxy.as_ref().map(|proxy| proxy.uri().clone()),
        };
        let resolver = AbortableResolver {
            progress: progress.clone(),
            connect_to: shared.connect_to,
            system: DefaultResolver::default(),
        };
        Self { agent: Agent::with_parts(config, connector, resolver), progress }
    }

    /// Interrupts the running exchange. Once this returns nothing more of it leaves, so that
    /// [`Progress::sent`] is final.
    pub(crate) fn abort(&self) {
        self.progress.abort();
        self.agent.clone().shutdown();
    }
}
