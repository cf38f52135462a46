//! The ordered changes of the database: the same for SQLite and PostgreSQL.
//!
//! Names are written out literally and never taken from the server's entities, so that an old migration
//! stays what it was when the entities move on. Each can be taken back.

use sea_orm_migration::prelude::*;

mod m001_tenants;
mod m002_profiles;
mod m003_clients;
mod m004_credentials;
mod m005_audit;
mod m006_tokens;
mod m007_idempotency;
mod m010_users;
mod m011_one_time_links;
mod m012_groups;
mod m015_grants;
mod m016_apps;
mod m017_one_time_passwords;
mod m020_usage;
mod m021_rotation;
mod m022_expiry;
mod m023_api_keys;
mod m030_access;
mod m031_tenancy;
mod m032_client_entries;
mod m035_apis;
mod m036_sealing_keys;
mod m040_profiles;
mod m041_settings;
mod m045_public_keys;
mod m046_signing_keys;
mod m047_assigned_clients;
mod m050_client_filters;
mod m051_client_orders;
mod m052_client_ends;
mod m053_ended_credentials;
mod m054_client_zones;
mod m055_client_filter_orders;
mod m056_client_ended;
mod m057_client_calendar;
mod m058_client_zone_times;
mod m059_client_runs;
mod m090_refused_clients;
mod m092_refusals;
mod m093_usable_until;
mod m094_user_lists;
mod m095_audit_by_time;
mod m096_community_members;
mod m099_audit_by_object;
mod m100_client_uses_by_name;
mod sql;

/// Applies and takes back the migrations.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m001_tenants::Migration),
            Box::new(m002_profiles::Migration),
            Box::new(m003_clients::Migration),
            Box::new(m004_credentials::Migration),
            Box::new(m005_audit::Migration),
            Box::new(m006_tokens::Migration),
            Box::new(m007_idempotency::Migration),
            Box::new(m010_users::Migration),
            Box::new(m011_one_time_links::Migration),
            Box::new(m012_groups::Migration),
            Box::new(m015_grants::Migration),
            Box::new(m016_apps::Migration),
            Box::new(m017_one_time_passwords::Migration),
            Box::new(m020_usage::Migration),
            Box::new(m021_rotation::Migration),
            Box::new(m022_expiry::Migration),
            Box::new(m023_api_keys::Migration),
            Box::new(m030_access::Migration),
            Box::new(m031_tenancy::Migration),
            Box::new(m032_client_entries::Migration),
            Box::new(m035_apis::Migration),
            Box::new(m036_sealing_keys::Migration),
            Box::new(m040_profiles::Migration),
            Box::new(m041_settings::Migration),
            Box::new(m045_public_keys::Migration),
            Box::new(m046_signing_keys::Migration),
            Box::new(m047_assigned_clients::Migration),
            Box::new(m050_client_filters::Migration),
            Box::new(m051_client_orders::Migration),
            Box::new(m052_client_ends::Migration),
            Box::new(m053_ended_credentials::Migration),
            Box::new(m054_client_zones::Migration),
            Box::new(m055_client_filter_orders::Migration),
            Box::new(m056_client_ended::Migration),
            Box::new(m057_client_calendar::Migration),
            Box::new(m058_client_zone_times::Migration),
            Box::new(m059_client_runs::Migration),
            Box::new(m090_refused_clients::Migration),
            Box::new(m092_refusals::Migration),
            Box::new(m093_usable_until::Migration),
            Box::new(m094_user_lists::Migration),
            Box::new(m095_audit_by_time::Migration),
            Box::new(m096_community_members::Migration),
            Box::new(m099_audit_by_object::Migration),
            Box::new(m100_client_uses_by_name::Migration),
        ]
    }
}
