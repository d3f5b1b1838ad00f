//! A connection and the small runtime that drives it, on whichever thread asks.
//!
//! The ready-made blocking client enters its runtime once a row, which costs more than the row;
//! here a whole `COPY` is one visit.

use futures_util::StreamExt;
use tokio::runtime::Runtime;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Error, Row, Socket};

/// Why no session came about.
pub(super) enum Refused {
    /// By the server, the network or the encryption.
    By(Error),
    /// By this machine, which gives no runtime.
    NoRuntime,
}

/// A connection to one database.
pub(super) struct Session {
    runtime: Runtime,
    client: Client,
}

impl Session {
    /// Connects.
    pub(super) fn connect<T>(config: &Config, tls: T) -> Result<Session, Refused>
    where
        T: MakeTlsConnect<Socket> + 'static + Send,
        T::TlsConnect: Send,
        T::Stream: Send,
        <T::TlsConnect as tokio_postgres::tls::TlsConnect<Socket>>::Future: Send,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Refused::NoRuntime)?;
        let (client, connection) = runtime.block_on(config.connect(tls)).map_err(Refused::By)?;
        // What ends the connection is told by the statement that was running.
        runtime.spawn(async move {
            let _ = connection.await;
        });
        Ok(Session { runtime, client })
    }

    /// Runs a statement and takes all its rows.
    pub(super) fn query(
        &self,
        statement: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        self.runtime.block_on(self.client.query(statement, values))
    }

    /// Runs statements without values or rows.
    pub(super) fn run(&self, statements: &str) -> Result<(), Error> {
        self.runtime.block_on(self.client.batch_execute(statements))
    }

    /// Runs a `COPY … TO STDOUT` and gives each piece of its text to `take`, which says whether to
    /// go on.
    pub(super) fn copy(
        &self,
        statement: &str,
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<(), Error> {
        self.runtime.block_on(async {
            let mut parts = std::pin::pin!(self.client.copy_out(statement).await?);
            while let Some(part) = parts.next().await {
                if !take(&part?) {
                    break;
                }
            }
            Ok(())
        })
    }
}
