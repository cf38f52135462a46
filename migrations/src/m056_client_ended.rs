//! Clients that are expired or have no credential, in every order of a list.
//!
//! Which those are depends on the moment of asking, so that no index can hold them. An entry has a record of it instead:
//! `ended` says what it was found to be, and `due` from which moment on that may be wrong. Without `due` nobody looked
//! at it since it last changed, and it is due when it can get no more tokens. So no row is written anew here.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every order, with what decides between equal values.
const ORDERS: [(&str, &[&str]); 4] = [
    ("client_entry_ended_by_name", &["name_key"]),
    ("client_entry_ended_by_creation", &["created_at"]),
    ("client_entry_ended_by_end", &["usable_until"]),
    ("client_entry_ended_by_use", &["last_used_at", "created_at"]),
];

/// What a list asks by, which stands in the same index.
const ASKED: [&str; 12] = [
    "due",
    "status",
    "role",
    "owner",
    "profile",
    "expires_at",
    "usable_until",
    "created_at",
    "last_used_at",
    "name_key",
    "seq",
    "search_short",
];

/// Not those that are never due. Written as unequal, since SQLite would take a second bound for the one to search by.
const DUE: &str = "CREATE INDEX client_entry_due ON client_entry ((COALESCE(due, usable_until))) \
                   WHERE listed_of IS NOT NULL AND COALESCE(due, usable_until) <> 253402300799";

fn order(name: &str, columns: &[&str], is_sqlite: bool) -> String {
    let held: Vec<&str> = ASKED
        .into_iter()
        .filter(|it| !columns.contains(it))
        .collect();
    let (columns, held) = (columns.join(", "), held.join(", "));
    let columns = if is_sqlite {
        format!("(listed_of, ended, {columns}, id, {held})")
    } else {
        format!("(listed_of, ended, {columns}, id) INCLUDE ({held})")
    };
    format!("CREATE INDEX {name} ON client_entry {columns} WHERE ended IS NOT NULL")
}

/// The columns that an entry gets from its client, and from what, as it was before this.
const FOLLOWED: &str = "seq, id, tenant_id, name_key, status, role, owner, profile, expires_at, usable_until, \
                        created_at, last_used_at, deleted, listed_of, search_short, search_long";
const FROM: &str = "new.seq, new.id, new.tenant_id, new.name_key, new.status, new.role, new.owner, new.profile, \
                    new.expires_at, new.usable_until, new.created_at, new.last_used_at, \
                    new.deleted_at IS NOT NULL, CASE WHEN new.deleted_at IS NULL THEN new.tenant_id END, \
                    CASE WHEN length(CAST(new.search_text AS BLOB)) + length(CAST(new.name_key AS BLOB)) \
                      + COALESCE(length(CAST(new.owner AS BLOB)), 0) <= 2000 THEN new.search_text END, \
                    CASE WHEN NOT (length(CAST(new.search_text AS BLOB)) + length(CAST(new.name_key AS BLOB)) \
                      + COALESCE(length(CAST(new.owner AS BLOB)), 0) <= 2000) THEN new.search_text END";

/// That a change leaves the record as it is.
const SAME: &str = "(client_entry.status, client_entry.expires_at, client_entry.usable_until) \
                    IS (new.status, new.expires_at, new.usable_until)";

/// How an entry follows its client on SQLite.
fn follow(more: &str, from: &str) -> String {
    format!(
        "CREATE TRIGGER client_entry_update AFTER UPDATE OF version ON client BEGIN \
           UPDATE client_entry SET ({FOLLOWED}{more}) = (SELECT {FROM}{from}) WHERE seq = new.seq; END"
    )
}

/// In the same update, since each one writes all indexes anew.
const POSTGRES: [&str; 2] = [
    "CREATE FUNCTION client_entry_forget_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       NEW.ended := NULL; NEW.due := NULL; RETURN NEW; END $$",
    "CREATE TRIGGER client_entry_forget_end \
       BEFORE UPDATE OF status, expires_at, usable_until ON client_entry FOR EACH ROW \
       WHEN ((OLD.status, OLD.expires_at, OLD.usable_until) \
         IS DISTINCT FROM (NEW.status, NEW.expires_at, NEW.usable_until)) \
       EXECUTE FUNCTION client_entry_forget_end()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sqlite = sql::is_sqlite(manager);
        let columns = [
            "ALTER TABLE client_entry ADD COLUMN ended TEXT",
            "ALTER TABLE client_entry ADD COLUMN due BIGINT",
        ];
        sql::run(manager, &columns).await?;
        if is_sqlite {
            let from = format!(
                ", CASE WHEN {SAME} THEN client_entry.ended END, CASE WHEN {SAME} THEN client_entry.due END"
            );
            let follow = follow(", ended, due", &from);
            sql::run(manager, &["DROP TRIGGER client_entry_update", &follow]).await?;
        } else {
            sql::run(manager, &POSTGRES).await?;
        }
        for (name, columns) in ORDERS {
            sql::run(manager, &[&order(name, columns, is_sqlite)]).await?;
        }
        sql::run(manager, &[DUE]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = ORDERS.iter().map(|(name, _)| *name);
        for name in names.chain(["client_entry_due"]) {
            sql::run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        if sql::is_sqlite(manager) {
            let follow = follow("", "");
            sql::run(manager, &["DROP TRIGGER client_entry_update", &follow]).await?;
        } else {
            let gone = [
                "DROP TRIGGER client_entry_forget_end ON client_entry",
                "DROP FUNCTION client_entry_forget_end",
            ];
            sql::run(manager, &gone).await?;
        }
        let columns = [
            "ALTER TABLE client_entry DROP COLUMN due",
            "ALTER TABLE client_entry DROP COLUMN ended",
        ];
        sql::run(manager, &columns).await
    }
}
