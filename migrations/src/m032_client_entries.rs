//! What lists of clients sort, filter and search by, in a narrow table of its own: pages among a million clients are
//! found without touching the wide rows. The database keeps it by triggers, in the transaction of each change.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, string, string_null, text, text_null, uuid,
        uuid_null,
    },
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every order a list can have, and what it can be filtered by, which stands in the same index: a walk along it in
/// search of a page reads nothing else. The two databases spell that differently.
const ORDERS: [(&str, &str); 4] = [
    ("client_entry_by_name", "name_key"),
    ("client_entry_by_creation", "created_at"),
    ("client_entry_by_end", "usable_until"),
    ("client_entry_by_use", "last_used_at"),
];

/// What few clients may have. The first two hold only a part of all, and so have room for all that is asked besides.
/// They begin with another column than the orders do, which is the tenant for clients and nothing for tombstones: who
/// asks by it cannot be given the index of an order, which seems as good to a planner that guesses.
const FILTERS: [(&str, &str, &str); 5] = [
    ("client_entry_switched_off", "status", "status = 'inactive'"),
    (
        "client_entry_by_own_end",
        "expires_at",
        "expires_at IS NOT NULL",
    ),
    ("client_entry_by_profile", "profile", ""),
    ("client_entry_by_owner", "owner", ""),
    ("client_entry_by_role", "role", ""),
];

fn covering(name: &str, of: &str, column: &str, condition: &str, is_sqlite: bool) -> String {
    const ASKED: [&str; 9] = [
        "status",
        "role",
        "owner",
        "profile",
        "expires_at",
        "usable_until",
        "created_at",
        "seq",
        "search_short",
    ];
    let others: Vec<&str> = ASKED.into_iter().filter(|it| *it != column).collect();
    let others = others.join(", ");
    let columns = if is_sqlite {
        format!("({of}, {column}, id, {others})")
    } else {
        format!("({of}, {column}, id) INCLUDE ({others})")
    };
    let condition = if condition.is_empty() {
        String::new()
    } else {
        format!(" WHERE {condition}")
    };
    format!("CREATE INDEX {name} ON client_entry {columns}{condition}")
}

/// The columns that an entry has from its client as they are.
const COPIED: &str = "seq, id, tenant_id, name_key, status, role, owner, profile, expires_at, usable_until, \
                      created_at, last_used_at";

/// What is searched, in one of two columns: an entry of an index of PostgreSQL holds some 2,700 bytes, so a text that
/// is longer than what is left of them stands in no index, and is looked up by the walk that needs it.
fn copied(row: &str, is_sqlite: bool) -> String {
    let of_row = |column: &str| {
        let column = column.trim();
        format!("{row}{column}")
    };
    let columns: Vec<String> = COPIED.split(',').map(of_row).collect();
    let bytes = |column: &str| {
        if is_sqlite {
            format!("length(CAST({row}{column} AS BLOB))")
        } else {
            format!("octet_length({row}{column})")
        }
    };
    let fits = format!(
        "{} + {} + COALESCE({}, 0) <= 2000",
        bytes("search_text"),
        bytes("name_key"),
        bytes("owner"),
    );
    format!(
        "{}, {row}deleted_at IS NOT NULL, CASE WHEN {row}deleted_at IS NULL THEN {row}tenant_id END, \
         CASE WHEN {fits} THEN {row}search_text END, \
         CASE WHEN NOT ({fits}) THEN {row}search_text END",
        columns.join(", ")
    )
}

const SQLITE_TEXT: &str = "COALESCE(search_short, search_long) || char(10, 10)";

/// Search on SQLite: an index of all pieces of three letters. Two line ends behind each text make a piece of every
/// letter's own, so that shorter terms are found by the pieces that begin with them.
fn sqlite_search() -> Vec<String> {
    let text =
        |row: &str| format!("COALESCE({row}.search_short, {row}.search_long) || char(10, 10)");
    let (new, old) = (text("new"), text("old"));
    let add = format!("INSERT INTO client_search(rowid, text) VALUES (new.seq, {new});");
    let remove = format!(
        "INSERT INTO client_search(client_search, rowid, text) VALUES ('delete', old.seq, {old});"
    );
    vec![
        "CREATE VIRTUAL TABLE client_search USING fts5(text, content='', tokenize='trigram case_sensitive 1')".to_owned(),
        "CREATE VIRTUAL TABLE client_search_piece USING fts5vocab(client_search, instance)".to_owned(),
        format!("CREATE TRIGGER client_search_insert AFTER INSERT ON client_entry BEGIN {add} END"),
        format!("CREATE TRIGGER client_search_delete AFTER DELETE ON client_entry BEGIN {remove} END"),
        format!(
            "CREATE TRIGGER client_search_update AFTER UPDATE OF search_short, search_long ON client_entry \
             WHEN {old} <> {new} BEGIN {remove} {add} END"
        ),
    ]
}

fn sqlite_triggers() -> Vec<String> {
    let copy = format!(
        "INSERT INTO client_entry ({COPIED}, deleted, listed_of, search_short, search_long) SELECT {};",
        copied("new.", true)
    );
    let change = format!(
        "UPDATE client_entry SET ({COPIED}, deleted, listed_of, search_short, search_long) = (SELECT {}) WHERE seq = new.seq;",
        copied("new.", true)
    );
    vec![
        format!(
            "CREATE TRIGGER client_entry_insert AFTER INSERT ON client WHEN NOT new.built_in BEGIN {copy} END"
        ),
        format!(
            "CREATE TRIGGER client_entry_update AFTER UPDATE OF version ON client BEGIN {change} END"
        ),
        "CREATE TRIGGER client_entry_use AFTER UPDATE OF last_used_at ON client BEGIN \
           UPDATE client_entry SET last_used_at = new.last_used_at WHERE seq = new.seq; END"
            .to_owned(),
        "CREATE TRIGGER client_entry_delete AFTER DELETE ON client BEGIN \
           DELETE FROM client_entry WHERE seq = old.seq; END"
            .to_owned(),
    ]
}

/// Search on PostgreSQL: an index of all pieces of one, two and three letters, each a number made of the letters'
/// code points, so that it depends on no locale and on no extension.
const POSTGRES_SEARCH: &[&str] = &[
    "ALTER TABLE client_entry ALTER COLUMN name_key TYPE text COLLATE \"C\"",
    "CREATE FUNCTION client_entry_pieces(text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$ \
       SELECT array_agg(DISTINCT piece) FROM ( \
         SELECT ascii(a)::bigint << 42 AS one, ascii(lead(a, 1) OVER w)::bigint << 21 AS two, \
           ascii(lead(a, 2) OVER w)::bigint AS three \
         FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS letter(a, i) WINDOW w AS (ORDER BY i)) AS letters, \
       LATERAL (VALUES (one), (one + two), (one + two + three)) AS pieces(piece) WHERE piece IS NOT NULL $$",
    "CREATE INDEX client_entry_search ON client_entry \
       USING gin (client_entry_pieces(COALESCE(search_short, search_long))) WITH (gin_pending_list_limit = 128)",
];

fn postgres_triggers() -> Vec<String> {
    let columns = format!("{COPIED}, deleted, listed_of, search_short, search_long");
    let new = copied("NEW.", false);
    vec![
        format!(
            "CREATE FUNCTION client_entry_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               IF TG_OP = 'INSERT' THEN INSERT INTO client_entry ({columns}) SELECT {new}; \
               ELSIF TG_OP = 'DELETE' THEN DELETE FROM client_entry WHERE seq = OLD.seq; \
               ELSE UPDATE client_entry SET ({columns}) = (SELECT {new}) WHERE seq = NEW.seq; END IF; \
               RETURN NULL; END $$"
        ),
        "CREATE FUNCTION client_entry_use() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
           UPDATE client_entry SET last_used_at = NEW.last_used_at WHERE seq = NEW.seq; \
           RETURN NULL; END $$"
            .to_owned(),
        "CREATE TRIGGER client_entry_insert AFTER INSERT ON client FOR EACH ROW WHEN (NOT NEW.built_in) \
           EXECUTE FUNCTION client_entry_follow()"
            .to_owned(),
        "CREATE TRIGGER client_entry_update AFTER UPDATE OF version OR DELETE ON client FOR EACH ROW \
           EXECUTE FUNCTION client_entry_follow()"
            .to_owned(),
        "CREATE TRIGGER client_entry_use AFTER UPDATE OF last_used_at ON client FOR EACH ROW \
           EXECUTE FUNCTION client_entry_use()"
            .to_owned(),
    ]
}

/// What lists needed on the table of clients itself until now.
const OLD_INDEXES: [(&str, &str); 4] = [
    (
        "client_by_owner",
        "(tenant_id, owner) WHERE deleted_at IS NULL",
    ),
    (
        "client_by_role",
        "(tenant_id, role) WHERE deleted_at IS NULL",
    ),
    (
        "client_switched_off",
        "(tenant_id, status) WHERE deleted_at IS NULL AND status = 'inactive'",
    ),
    (
        "client_ending",
        "(tenant_id, expires_at) WHERE deleted_at IS NULL",
    ),
];

const OLD_ORDERS: [(&str, &str); 4] = [
    ("client_by_name", "name_key"),
    ("client_by_creation", "created_at"),
    ("client_by_end", "usable_until"),
    ("client_by_use", "last_used_at"),
];

fn old_index_of_order(name: &str, column: &str, is_sqlite: bool) -> String {
    const FILTERS: [&str; 7] = [
        "status",
        "role",
        "owner",
        "profile",
        "expires_at",
        "usable_until",
        "created_at",
    ];
    let others: Vec<&str> = FILTERS.into_iter().filter(|it| *it != column).collect();
    let others = others.join(", ");
    let columns = if is_sqlite {
        format!("(tenant_id, {column}, id, {others}, search_text)")
    } else {
        format!("(tenant_id, {column}, id) INCLUDE ({others})")
    };
    format!("CREATE INDEX {name} ON client {columns} WHERE deleted_at IS NULL")
}

const OLD_SQLITE_SEARCH: &[&str] = &[
    "CREATE VIRTUAL TABLE client_search USING fts5(search_text, content='client', content_rowid='seq', tokenize='trigram')",
    "CREATE TRIGGER client_search_insert AFTER INSERT ON client BEGIN \
       INSERT INTO client_search(rowid, search_text) VALUES (new.seq, new.search_text); END",
    "CREATE TRIGGER client_search_delete AFTER DELETE ON client BEGIN \
       INSERT INTO client_search(client_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text); END",
    "CREATE TRIGGER client_search_update AFTER UPDATE OF search_text ON client \
       WHEN old.search_text <> new.search_text BEGIN \
       INSERT INTO client_search(client_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text); \
       INSERT INTO client_search(rowid, search_text) VALUES (new.seq, new.search_text); END",
    "INSERT INTO client_search(client_search) VALUES ('rebuild')",
];

async fn run(manager: &SchemaManager<'_>, statements: Vec<String>) -> Result<(), DbErr> {
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    sql::run(manager, &statements).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sqlite = sql::is_sqlite(manager);
        manager
            .create_table(
                Table::create()
                    .table("client_entry")
                    .col(big_integer("seq").primary_key())
                    .col(uuid("id"))
                    .col(uuid("tenant_id"))
                    .col(boolean("deleted"))
                    .col(uuid_null("listed_of"))
                    .col(text("name_key"))
                    .col(string("status"))
                    .col(string_null("role"))
                    .col(text_null("owner"))
                    .col(string("profile"))
                    .col(big_integer_null("expires_at"))
                    .col(big_integer("usable_until"))
                    .col(big_integer("created_at"))
                    .col(big_integer("last_used_at"))
                    .col(text_null("search_short"))
                    .col(text_null("search_long"))
                    .to_owned(),
            )
            .await?;
        for (name, _) in OLD_INDEXES.into_iter().chain(OLD_ORDERS) {
            sql::run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        let fill = format!(
            "INSERT INTO client_entry ({COPIED}, deleted, listed_of, search_short, search_long) \
             SELECT {} FROM client WHERE NOT built_in ORDER BY seq",
            copied("", is_sqlite)
        );
        sql::run(manager, &[&fill]).await?;
        if is_sqlite {
            for trigger in ["insert", "delete", "update"] {
                sql::run(manager, &[&format!("DROP TRIGGER client_search_{trigger}")]).await?;
            }
            sql::run(manager, &["DROP TABLE client_search"]).await?;
            run(manager, sqlite_search()).await?;
            let index = format!(
                "INSERT INTO client_search(rowid, text) SELECT seq, {SQLITE_TEXT} FROM client_entry"
            );
            sql::run(manager, &[&index]).await?;
            run(manager, sqlite_triggers()).await?;
        } else {
            sql::run(manager, &["DROP INDEX client_search"]).await?;
            sql::run(manager, POSTGRES_SEARCH).await?;
            run(manager, postgres_triggers()).await?;
        }
        sql::run(
            manager,
            &["CREATE UNIQUE INDEX client_entry_by_id ON client_entry (id)"],
        )
        .await?;
        for (name, column) in ORDERS {
            sql::run(
                manager,
                &[&covering(name, "tenant_id, deleted", column, "", is_sqlite)],
            )
            .await?;
        }
        for (name, column, part) in FILTERS {
            let index = if part.is_empty() {
                format!("CREATE INDEX {name} ON client_entry (listed_of, {column})")
            } else {
                covering(name, "listed_of", column, part, is_sqlite)
            };
            sql::run(manager, &[&index]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sqlite = sql::is_sqlite(manager);
        if is_sqlite {
            for trigger in ["insert", "update", "use", "delete"] {
                sql::run(manager, &[&format!("DROP TRIGGER client_entry_{trigger}")]).await?;
            }
            let tables = [
                "DROP TABLE client_entry",
                "DROP TABLE client_search_piece",
                "DROP TABLE client_search",
            ];
            sql::run(manager, &tables).await?;
            sql::run(manager, OLD_SQLITE_SEARCH).await?;
        } else {
            let gone = [
                "DROP TRIGGER client_entry_insert ON client",
                "DROP TRIGGER client_entry_update ON client",
                "DROP TRIGGER client_entry_use ON client",
                "DROP FUNCTION client_entry_follow",
                "DROP FUNCTION client_entry_use",
                "DROP TABLE client_entry",
                "DROP FUNCTION client_entry_pieces",
                "CREATE INDEX client_search ON client USING gin (search_text gin_trgm_ops)",
            ];
            sql::run(manager, &gone).await?;
        }
        for (name, column) in OLD_ORDERS {
            sql::run(manager, &[&old_index_of_order(name, column, is_sqlite)]).await?;
        }
        for (name, columns) in OLD_INDEXES {
            sql::run(
                manager,
                &[&format!("CREATE INDEX {name} ON client {columns}")],
            )
            .await?;
        }
        Ok(())
    }
}
