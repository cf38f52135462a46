//! What each role may do, and the ceiling: nobody makes or takes over a client that may do more than they may.

use serde_json::json;

use crate::support::{Server, client_path, on_both_databases};

on_both_databases! {
    admins_and_super_admins_manage_service_accounts_and_members_do_not,
    each_role_may_do_what_the_ladder_says,
    a_lowered_role_acts_on_the_live_token,
    a_raised_role_acts_on_the_live_token,
    nobody_makes_a_client_above_themselves,
    nobody_takes_over_a_client_above_themselves,
    an_admin_may_rename_and_switch_off_a_stronger_client,
    a_client_cannot_raise_itself,
    an_operator_is_above_a_super_admin,
    a_refused_change_leaves_nothing_behind,
}

async fn each_role_may_do_what_the_ladder_says(server: Server) {
    let member = server.actor("member").await;
    let admin = server.actor("admin").await;
    let owner = server.actor("super_admin").await;
    let body = || json!({ "profile": "service_account", "name": "A", "role": "member" });
    for actor in [&member, &admin, &owner] {
        actor.get("/api/v1/me").await.is(200);
    }
    for path in ["/api/v1/clients", "/api/v1/audit"] {
        member.get(path).await.is_problem(403, "missing-permission");
        admin.get(path).await.is(200);
        owner.get(path).await.is(200);
    }
    let refused = member.post("/api/v1/clients", body()).await;
    let refused = refused.is_problem(403, "missing-permission");
    assert!(refused.text.contains("clients:change"));
    admin.post("/api/v1/clients", body()).await.is(201);
    owner.post("/api/v1/clients", body()).await.is(201);
    // What is there is not told to those who may not look.
    let own = member.get(&client_path(&member.account)).await.status;
    let others = member.get(&client_path(&admin.account)).await.status;
    assert_eq!((own, others), (403, 403));
}

async fn a_lowered_role_acts_on_the_live_token(server: Server) {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    admin.get("/api/v1/clients").await.is(200);
    let path = client_path(&admin.account);
    operator
        .patch(&path, json!({ "role": "member" }))
        .await
        .is(200);
    admin
        .get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    let me = admin.get("/api/v1/me").await.is(200);
    assert_eq!(me.json["role"], "member");
}

async fn a_raised_role_acts_on_the_live_token(server: Server) {
    let operator = server.operator().await;
    let member = server.actor("member").await;
    member.get("/api/v1/clients").await.is(403);
    let path = client_path(&member.account);
    operator
        .patch(&path, json!({ "role": "admin" }))
        .await
        .is(200);
    member.get("/api/v1/clients").await.is(200);
}

async fn nobody_makes_a_client_above_themselves(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "service_account", "name": "A", "role": "super_admin" });
    let refused = admin.post("/api/v1/clients", body).await;
    refused.is_problem(403, "role_exceeds_caller");
    let member = admin.creates("Robot", "member").await;
    let raise = json!({ "role": "super_admin" });
    let refused = admin.patch(&client_path(&member), raise).await;
    refused.is_problem(403, "role_exceeds_caller");
    let raise = json!({ "name": "Robot", "role": "super_admin" });
    let refused = admin.put(&client_path(&member), raise).await;
    refused.is_problem(403, "role_exceeds_caller");
    // As far up as themselves they may go.
    let raise = json!({ "role": "admin" });
    admin.patch(&client_path(&member), raise).await.is(200);
}

async fn nobody_takes_over_a_client_above_themselves(server: Server) {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    let strong = operator.creates("Strong", "super_admin").await;
    let path = client_path(&strong);
    for refused in [
        admin.does(&format!("{path}/regenerate-secret")).await,
        admin.does(&format!("{path}/credentials")).await,
        admin.patch(&path, json!({ "role": "member" })).await,
    ] {
        refused.is_problem(403, "role_exceeds_caller");
    }
    operator.does(&format!("{path}/deactivate")).await.is(200);
    let refused = admin.does(&format!("{path}/reactivate")).await;
    refused.is_problem(403, "role_exceeds_caller");
    operator.delete(&path).await.is(204);
    let refused = admin.does(&format!("{path}/restore")).await;
    refused.is_problem(403, "role_exceeds_caller");
    operator.does(&format!("{path}/restore")).await.is(200);
    operator.does(&format!("{path}/reactivate")).await.is(200);
    server.token_of(&strong).await;
}

async fn an_admin_may_rename_and_switch_off_a_stronger_client(server: Server) {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    let strong = operator.creates("Strong", "super_admin").await;
    let path = client_path(&strong);
    let renamed = admin.patch(&path, json!({ "name": "Known" })).await;
    assert_eq!(renamed.is(200).json["role"], "super_admin");
    admin.does(&format!("{path}/deactivate")).await.is(200);
    server
        .ask_for_token(&strong.client_id, &strong.secret)
        .await
        .is(401);
}

async fn a_client_cannot_raise_itself(server: Server) {
    let admin = server.actor("admin").await;
    let own = client_path(&admin.account);
    let raise = json!({ "role": "super_admin" });
    let refused = admin.patch(&own, raise).await;
    refused.is_problem(403, "role_exceeds_caller");
    let refused = admin.patch(&own, json!({ "operator": true })).await;
    let refused = refused.is_problem(400, "malformed");
    assert_eq!(
        refused.errors(),
        [("/operator".to_owned(), "unknown_field".to_owned())]
    );
}

async fn an_operator_is_above_a_super_admin(server: Server) {
    let operator = server.operator().await;
    let owner = server.actor("super_admin").await;
    let path = client_path(&operator.account);
    for verb in ["regenerate-secret", "credentials", "reactivate"] {
        let refused = owner.does(&format!("{path}/{verb}")).await;
        refused.is_problem(403, "role_exceeds_caller");
    }
    let body = json!({ "profile": "service_account", "name": "A", "role": "super_admin", "operator": true });
    let refused = owner.post("/api/v1/clients", body).await;
    refused.is_problem(400, "malformed");
}

async fn a_refused_change_leaves_nothing_behind(server: Server) {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    let strong = operator.creates("Strong", "super_admin").await;
    let before = operator.get(&client_path(&strong)).await.is(200);
    let trail = format!("{}/audit", client_path(&strong));
    let events = operator.get(&trail).await.is(200).each("id").len();
    let path = format!("{}/regenerate-secret", client_path(&strong));
    admin.does(&path).await.is(403);
    let lower = json!({ "name": "Weak", "role": "member" });
    admin.patch(&client_path(&strong), lower).await.is(403);
    let after = operator.get(&client_path(&strong)).await.is(200);
    assert_eq!(before.json, after.json);
    assert_eq!(operator.get(&trail).await.is(200).each("id").len(), events);
    server.token_of(&strong).await;
}

async fn admins_and_super_admins_manage_service_accounts_and_members_do_not(server: Server) {
    for role in ["admin", "super_admin"] {
        let manager = server.actor(role).await;
        let account = manager.creates("Robot", "member").await;
        let path = client_path(&account);
        let renamed = manager.patch(&path, json!({ "name": "Renamed" })).await;
        renamed.is(200);
        for change in ["deactivate", "reactivate"] {
            manager.does(&format!("{path}/{change}")).await.is(200);
        }
        let regenerate = format!("{path}/regenerate-secret");
        manager.does(&regenerate).await.is(201);
        manager.delete(&path).await.is(204);
    }
    let member = server.actor("member").await;
    let own = client_path(&member.account);
    for refused in [
        member.get("/api/v1/clients").await,
        member.patch(&own, json!({ "name": "Mine" })).await,
        member.does(&format!("{own}/regenerate-secret")).await,
        member.delete(&own).await,
    ] {
        refused.is_problem(403, "missing-permission");
    }
}
