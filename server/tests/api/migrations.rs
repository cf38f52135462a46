//! The database changes: up, down, and up again, and what is refused.

use ::migrations::Migrator;
use latchkey::store::{DatabaseUrl, Kind, Store, StoreError};
use sea_orm_migration::MigratorTrait as _;

use crate::support::{database::TestDatabase, if_there};

macro_rules! on_empty_databases {
    ($($rule:ident),+ $(,)?) => { $(
        mod $rule {
            use super::Kind;

            #[test]
            fn sqlite() {
                super::if_there(Kind::Sqlite, || super::$rule(Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                super::if_there(Kind::Postgres, || super::$rule(Kind::Postgres));
            }
        }
    )+ };
}

on_empty_databases! {
    they_go_up_down_and_up_again,
    going_up_twice_changes_nothing,
    a_newer_database_is_refused_with_what_to_do,
    two_nodes_that_start_at_once_both_come_up,
}

async fn store(database: &TestDatabase) -> Store {
    let url = DatabaseUrl::parse(&database.url).unwrap();
    Store::connect(&url, 2).await.unwrap()
}

/// The shape of the database, as the database itself tells it.
async fn shape(database: &TestDatabase) -> Vec<String> {
    let query = match database.kind {
        Kind::Sqlite => {
            "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY 1"
        }
        Kind::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
             FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    let rows = database.rows(query).await;
    rows.iter()
        .map(|it| it.try_get_by_index(0).unwrap())
        .collect()
}

async fn they_go_up_down_and_up_again(kind: Kind) {
    let database = TestDatabase::create_empty(kind).await;
    let connection = database.connect().await;
    Migrator::up(&connection, None).await.unwrap();
    let first = shape(&database).await;
    assert!(first.iter().any(|it| it.contains("client")));
    Migrator::down(&connection, None).await.unwrap();
    let empty = shape(&database).await;
    let left: Vec<&String> = empty
        .iter()
        .filter(|it| !it.contains("seaql_migrations") && !it.contains("sqlite_"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    Migrator::up(&connection, None).await.unwrap();
    assert_eq!(shape(&database).await, first);
    // One by one, too.
    for _ in Migrator::migrations() {
        Migrator::down(&connection, Some(1)).await.unwrap();
    }
    for _ in Migrator::migrations() {
        Migrator::up(&connection, Some(1)).await.unwrap();
    }
    assert_eq!(shape(&database).await, first);
    connection.close().await.unwrap();
    database.remove().await;
}

async fn going_up_twice_changes_nothing(kind: Kind) {
    let database = TestDatabase::create_empty(kind).await;
    let store = store(&database).await;
    store.migrate().await.unwrap();
    let first = shape(&database).await;
    store.migrate().await.unwrap();
    assert_eq!(shape(&database).await, first);
    store.close().await;
    database.remove().await;
}

async fn a_newer_database_is_refused_with_what_to_do(kind: Kind) {
    let database = TestDatabase::create_empty(kind).await;
    let store = store(&database).await;
    store.migrate().await.unwrap();
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m999_from_the_future', 0)";
    database.execute(newer).await;
    let refused = store.migrate().await.unwrap_err();
    assert!(matches!(&refused, StoreError::Newer(name) if name == "m999_from_the_future"));
    assert!(refused.to_string().contains("start the newer version"));
    store.close().await;
    database.remove().await;
}

async fn two_nodes_that_start_at_once_both_come_up(kind: Kind) {
    // SQLite is for one node.
    if kind == Kind::Sqlite {
        return;
    }
    let database = TestDatabase::create_empty(kind).await;
    let (one, other) = (store(&database).await, store(&database).await);
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    one.close().await;
    other.close().await;
    database.remove().await;
}
