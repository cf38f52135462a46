//! Many clients at once: written by SQL, with the columns that the server writes.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};

/// What differs between the databases.
struct Dialect {
    sqlite: bool,
}

impl Dialect {
    /// The numbers from 0 as `i`, in a `FROM`.
    fn numbers(&self, count: u64) -> String {
        let last = count - 1;
        if self.sqlite {
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)"
            )
        } else {
            format!("(SELECT i FROM generate_series(0::bigint, {last}::bigint) AS i) AS n")
        }
    }

    /// A number in so many hexadecimal digits.
    fn hex(&self, number: &str, digits: usize) -> String {
        if self.sqlite {
            format!("printf('%0{digits}x', {number})")
        } else {
            format!("lpad(to_hex({number}), {digits}, '0')")
        }
    }

    /// A uuid of version 7 at a moment, numbered within `space`.
    fn uuid(&self, space: u8, seconds: &str) -> String {
        let text = format!(
            "({} || '7{space:03x}8' || {})",
            self.hex(&format!("({seconds}) * 1000"), 12),
            self.hex("i", 15)
        );
        if self.sqlite {
            format!("unhex({text})")
        } else {
            format!("{text}::uuid")
        }
    }

    /// One of several words.
    fn word(&self, words: &[&str], index: &str) -> String {
        let count = words.len();
        if self.sqlite {
            let list = words.join("\",\"");
            format!("json_extract('[\"{list}\"]', '$[' || (({index}) % {count}) || ']')")
        } else {
            let list = words.join("','");
            format!("(ARRAY['{list}'])[({index}) % {count} + 1]")
        }
    }

    /// A number in the letters that a key id is made of; the last of them stands for no more than one bit.
    fn key_id(&self) -> String {
        let mut key_id = self.hex("i", 12);
        for (digit, letter) in [('0', 'w'), ('1', 'x'), ('8', 'y'), ('9', 'z')] {
            key_id = format!("replace({key_id}, '{digit}', '{letter}')");
        }
        format!("({key_id} || 'a')")
    }

    /// 32 bytes.
    fn digest(&self) -> String {
        if self.sqlite {
            "randomblob(32)".to_owned()
        } else {
            "sha256(i::text::bytea)".to_owned()
        }
    }

    /// JSON from text.
    fn json(&self, text: &str) -> String {
        if self.sqlite {
            text.to_owned()
        } else {
            format!("({text})::json")
        }
    }
}

/// The last moment there is, which stands for "never".
const NEVER: i64 = 253_402_300_799;

/// Fills a database that the server has prepared, at `now` in Unix seconds.
pub(crate) async fn fill(url: &str, count: u64, now: i64) -> Result<(), DbErr> {
    let database =
        Database::connect(ConnectOptions::new(url).max_connections(1).to_owned()).await?;
    let sqlite = database.get_database_backend() == DbBackend::Sqlite;
    let dialect = Dialect { sqlite };
    if sqlite {
        for pragma in [
            "PRAGMA synchronous = OFF",
            "PRAGMA cache_size = -500000",
            "PRAGMA temp_store = MEMORY",
        ] {
            database.execute_unprepared(pragma).await?;
        }
    }
    let bulky = if sqlite {
        Vec::new()
    } else {
        without_search(&database).await?
    };
    run(&database, &statements(&dialect, count, now)).await?;
    run(&database, &bulky).await?;
    database.close().await?;
    settle(url).await
}

/// Does at once what a database does by itself some time after many rows were written.
pub(crate) async fn settle(url: &str) -> Result<(), DbErr> {
    let database = Database::connect(url).await?;
    let end = match database.get_database_backend() {
        DbBackend::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
        _ => "VACUUM (ANALYZE)",
    };
    database.execute_unprepared(end).await?;
    database.close().await
}

/// Drops the index of searches, which is made much quicker once all rows are there, and gives what makes it again.
async fn without_search(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let query = "SELECT indexdef FROM pg_indexes WHERE indexname = 'client_entry_search'";
    let statement = Statement::from_string(DbBackend::Postgres, query);
    let found = database.query_one_raw(statement).await?;
    let again: String = found.map_or_else(|| Ok(String::new()), |it| it.try_get("", "indexdef"))?;
    database
        .execute_unprepared("DROP INDEX client_entry_search")
        .await?;
    Ok(vec![
        format!("SET maintenance_work_mem = '512MB'; {again}"),
        "RESET maintenance_work_mem".to_owned(),
    ])
}

async fn run(database: &DatabaseConnection, statements: &[String]) -> Result<(), DbErr> {
    for statement in statements {
        database.execute_unprepared(statement).await?;
    }
    Ok(())
}

fn statements(dialect: &Dialect, count: u64, now: i64) -> Vec<String> {
    let created = format!("({now} - 90000000 + i * 89000000 / {count})");
    let id = dialect.uuid(1, &created);
    let service_user = dialect.uuid(2, &created);
    let credential = dialect.uuid(3, &created);
    let assignment = dialect.uuid(4, &created);
    let request = dialect.uuid(5, &created);
    let numbers = dialect.numbers(count);
    let first = dialect.word(
        &[
            "Nightly", "Hourly", "Regional", "Internal", "Partner", "Legacy", "Mobile",
        ],
        "i * 7919 % 10007",
    );
    let second = dialect.word(
        &[
            "worker", "export", "billing", "ledger", "report", "import", "mirror", "gateway",
            "archive", "crawler",
        ],
        "i * 69621 % 100003",
    );
    // A few of a million, some thousands of a million, and a fifth of all. 251 is prime: who has the word is used, owned
    // and named as all others are.
    let third = "CASE WHEN i % 100000 = 77 THEN ' pizza' WHEN i % 251 = 3 THEN ' quartz' \
                 WHEN i * 31 % 5 = 1 THEN ' service' ELSE '' END";
    let name = format!("({first} || ' ' || {second} || {third} || ' ' || i)");
    let client_id = format!(
        "('lkc_' || {})",
        dialect.hex("(i * 2654435761) % 4294967291", 26)
    );
    let notes = "(CASE WHEN i % 4 = 1 THEN 'Asked for in ticket ' || (i * 17 % 90000) END)";
    let actor = dialect.json("'{\"kind\":\"system\",\"id\":\"00000000-0000-0000-0000-000000000000\",\"name\":\"bench\"}'");
    let dice = "(i * 48271 % 1000003 % 1000)";
    let status = format!("(CASE WHEN {dice} < 20 THEN 'inactive' ELSE 'active' END)");
    // 1 % expired, 2 % without a live credential, 1 of 1,000 expiring soon.
    let expires = format!(
        "(CASE WHEN {dice} BETWEEN 20 AND 29 THEN {now} - 1000 - i % 9000000 \
          WHEN {dice} = 30 THEN {now} + 86400 + i % 2000000 \
          WHEN {dice} BETWEEN 100 AND 199 THEN {now} + 9000000 + i % 90000000 END)"
    );
    let credentials = format!(
        "(CASE WHEN {dice} BETWEEN 31 AND 50 THEN {now} - 500 - i % 7000000 ELSE {NEVER} END)"
    );
    let used = format!("(CASE WHEN i % 5 = 2 THEN 0 ELSE {now} - (i * 69621 % 40000000) END)");
    let role = "(CASE WHEN i * 75 % 1009 < 100 THEN NULL WHEN i % 5000 = 11 THEN 'super_admin' \
                WHEN i * 75 % 1009 < 200 THEN 'admin' ELSE 'member' END)";
    let profile = "(CASE WHEN i * 75 % 1009 >= 100 THEN 'service_account' WHEN i % 100 = 9 THEN 'tenant_client' \
                   WHEN i % 3 = 0 THEN 'short_lived' ELSE 'api_access' END)";
    let owner = "(CASE WHEN i % 3 = 0 THEN 'platform' WHEN i % 3 = 1 THEN 'team-' || (i * 271 % 400) \
                 WHEN i % 30 = 2 THEN 'person-' || (i / 150) END)";
    let labels = dialect.json(
        "CASE WHEN i % 100000 = 33 THEN '{\"env\":\"canary\"}' WHEN i % 2 = 0 THEN '{\"env\":\"prod\"}' \
         ELSE '{\"env\":\"test\"}' END",
    );
    let (none, grants) = (
        dialect.json("'[]'"),
        dialect.json("'[\"client_credentials\"]'"),
    );
    let tenant = "(SELECT id FROM tenant LIMIT 1)";
    let digest = dialect.digest();
    let key_id = dialect.key_id();
    let usable = "CASE WHEN expires < credentials THEN expires ELSE credentials END";
    vec![
        format!(
            "INSERT INTO client (id, client_id, tenant_id, profile, service_user_id, operator, public, name, name_key, \
               description, notes, search_text, status, expires_at, token_lifetime, redirect_uris, grant_types, \
               token_endpoint_auth_method, role, owner, contacts, labels, managed_by, generation, credentials_until, \
               usable_until, last_used_at, created_at, created_by, updated_at, updated_by, deleted_at, version) \
             SELECT id, client_id, {tenant}, profile, service_user, FALSE, FALSE, name, lower(name), NULL, notes, \
               lower(name || '\n' || client_id || '\n' || COALESCE(notes, '')), status, expires, NULL, {none}, {grants}, \
               'any', role, owner, {none}, labels, NULL, 0, credentials, {usable}, used, created, {actor}, created, {actor}, \
               NULL, 1 \
             FROM (SELECT {id} AS id, {service_user} AS service_user, {client_id} AS client_id, {name} AS name, \
               {notes} AS notes, {status} AS status, {expires} AS expires, {credentials} AS credentials, {used} AS used, \
               {role} AS role, {profile} AS profile, {owner} AS owner, {labels} AS labels, {created} AS created \
               FROM {numbers}) AS made"
        ),
        format!(
            "INSERT INTO credential (id, client, kind, description, hint, key_id, digest, password_hash, expires_at, \
               retires_at, revoked_at, revoked_by, revoked_why, created_at, created_by, last_used_at, last_used_from, \
               use_count, version) \
             SELECT {credential}, {id}, 'secret', NULL, 'abcd', {key_id}, {digest}, NULL, NULLIF({credentials}, {NEVER}), NULL, NULL, NULL, NULL, \
               {created}, {actor}, NULL, NULL, 0, 1 FROM {numbers}"
        ),
        format!(
            "INSERT INTO client_label (client, tenant_id, key, value) SELECT {id}, {tenant}, 'env', \
             CASE WHEN i % 100000 = 33 THEN 'canary' WHEN i % 2 = 0 THEN 'prod' ELSE 'test' END FROM {numbers}"
        ),
        // What else hangs on clients: permissions, and what is remembered of their requests.
        format!(
            "INSERT INTO assignment (id, principal, tenant_id, community_id, role, permission) \
             SELECT {assignment}, {service_user}, {tenant}, NULL, NULL, 'users:view' FROM {numbers} WHERE i % 3 = 0"
        ),
        format!(
            "INSERT INTO token_request (id, client, credential, at, outcome, reason, ip, user_agent, request_id) \
             SELECT {request}, {id}, {credential}, {now} - i % 1000000, 'accepted', NULL, '127.0.0.1', 'bench/1', \
             {key_id} FROM {numbers} WHERE i % 4 = 0"
        ),
        format!(
            "INSERT INTO client_usage (client, span, start, accepted, refused) \
             SELECT {id}, 'hour', ({now} - i % 1000000) / 3600 * 3600, 12, CASE WHEN i % 2000 = 0 THEN 3 ELSE 0 END \
             FROM {numbers} WHERE i % 4 = 0"
        ),
    ]
}
