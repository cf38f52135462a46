//! What the style guide shows: plausible clients, none of them anyone's.

use crate::{
    clock::DAY,
    components::{
        chart::Bar, chip::Status, data_table::Row, permission_grid::Resource,
        secret_reveal::Revealed,
    },
};

/// A client as a list shows it.
#[derive(Clone)]
pub(super) struct SampleClient {
    pub(super) name: &'static str,
    pub(super) client_id: &'static str,
    pub(super) status: Status,
    pub(super) roles: &'static [&'static str],
    pub(super) expires_at: Option<i64>,
    pub(super) last_used_at: Option<i64>,
    pub(super) owner: Option<&'static str>,
}

impl Row for SampleClient {
    fn id(&self) -> String {
        self.client_id.to_owned()
    }

    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn is_muted(&self) -> bool {
        self.status == Status::Expired
    }
}

/// Clients in every state, around `now`.
pub(super) fn clients(now: i64) -> Vec<SampleClient> {
    let client =
        |name, client_id, status, roles, expires_in: Option<i64>, used_ago: Option<i64>, owner| {
            SampleClient {
                name,
                client_id,
                status,
                roles,
                expires_at: expires_in.map(|seconds| now + seconds),
                last_used_at: used_ago.map(|seconds| now - seconds),
                owner,
            }
        };
    vec![
        client(
            "Nightly billing export",
            "svc_7Q2mXc9LkT4v",
            Status::Active,
            &["admin"],
            Some(212 * DAY),
            Some(5 * 3600),
            Some("Finance systems"),
        ),
        client(
            "Warehouse sync",
            "svc_H8rPz1Wd5NaY",
            Status::ExpiringSoon,
            &["member"],
            Some(6 * DAY + 3600),
            Some(140),
            Some("Logistics"),
        ),
        client(
            "Partner portal",
            "app_Zt3nVb6KqE0s",
            Status::Active,
            &[],
            None,
            Some(20),
            Some("Web team"),
        ),
        client(
            "Invoice archive",
            "wallet-north-invoice-archive",
            Status::Active,
            &["tenant_member", "billing"],
            Some(88 * DAY),
            Some(26 * 3600),
            None,
        ),
        client(
            "Sensor gateway",
            "svc_Bk5yJw8RfU2g",
            Status::NoCredential,
            &["member"],
            None,
            None,
            Some("Field devices"),
        ),
        client(
            "Legacy report runner",
            "svc_Xe1oMd7CvI9h",
            Status::Inactive,
            &["admin"],
            Some(140 * DAY),
            Some(97 * DAY),
            Some("Reporting"),
        ),
        client(
            "Trade fair demo",
            "demo-2026",
            Status::Expired,
            &["member"],
            Some(-11 * DAY),
            Some(12 * DAY),
            None,
        ),
    ]
}

/// A day of token requests.
pub(super) fn hours() -> Vec<Bar> {
    const ISSUED: [u32; 24] = [
        212, 190, 184, 640, 205, 221, 260, 318, 402, 455, 471, 468, 430, 462, 480, 466, 441, 390,
        342, 300, 274, 250, 236, 220,
    ];
    const REFUSED: [u32; 24] = [
        2, 0, 1, 3, 0, 1, 2, 4, 3, 5, 2, 96, 142, 61, 8, 3, 2, 4, 1, 0, 2, 1, 0, 1,
    ];
    ISSUED
        .into_iter()
        .zip(REFUSED)
        .enumerate()
        .map(|(hour, (issued, refused))| Bar {
            label: format!("{hour:02}:00"),
            issued,
            refused,
        })
        .collect()
}

/// An API's resources, some with one permission only.
pub(super) fn resources() -> Vec<Resource> {
    let resource = |key: &str, label: &str, view, change| Resource {
        key: key.to_owned(),
        label: label.to_owned(),
        api: None,
        view,
        change,
    };
    vec![
        resource("invoices", "Invoices", true, true),
        resource("payments", "Payments", true, true),
        resource("customers", "Customers", true, true),
        resource("ledger", "Ledger", true, false),
        resource("webhooks", "Webhook deliveries", false, true),
    ]
}

/// A secret that opens nothing.
pub(super) fn revealed(now: i64) -> Revealed {
    Revealed {
        name: "Warehouse sync".to_owned(),
        client_id: "svc_H8rPz1Wd5NaY".to_owned(),
        client_secret: "lk_sample_not_a_secret_0000000000000000000000000000".to_owned(),
        expires_at: Some(now + 365 * DAY),
        token_url: "https://id.example.com/oauth2/token".to_owned(),
    }
}
