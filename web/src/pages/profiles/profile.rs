//! One profile: to look at, to change, to delete; and a new one.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use super::{
    breaking::{self, Breaking},
    fields::ProfileFields,
    form::ProfileDraft,
    lifetime, rights, secret_ends,
};
use crate::{
    address::{Address, use_address},
    api::{Api, etag, types, use_api},
    components::{chip::BuiltIn, copy::CopyText, page_header::PageHeader},
    forms::{
        editor::{Save, Work, json},
        once::Once,
    },
    me::use_me,
    pages::{
        no_rights::NoRights,
        thing::{
            AskDialog, Calls, DeleteButton, DeleteDialog, NewThing, crumbs, edit_thing, load_by_id,
            new_thing, thing,
        },
    },
    problem::Problem,
    session::use_session,
    words,
};

/// The page of a new profile, or why it is not shown.
#[component]
pub(crate) fn NewProfile() -> impl IntoView {
    if !use_me().may_change("profiles") {
        return view! { <NoRights title="New profile" needs="profiles:change" /> }.into_any();
    }
    let (api, session) = (use_api(), use_session());
    let profile = ProfileDraft::empty();
    let once = Once::new();
    let save: Save = Rc::new(move |_| {
        let wanted = profile.creation();
        let key = once.key(&wanted);
        Box::pin(async move {
            let made = api
                .call(|it| it.create_profile(key.as_deref(), &wanted))
                .await?;
            session.read_again();
            Ok(json(&made))
        })
    });
    let words = NewThing {
        title: "New profile",
        list: "Profiles",
        path: "/profiles",
        submit: "Create profile",
    };
    let fields = view! { <ProfileFields profile is_new=true built_in=false /> };
    new_thing(
        words,
        profile.draft,
        move || profile.check(true, false),
        save,
        fields.into_any(),
    )
}

/// The page of a profile, or why it is not shown.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    if !use_me().may_view("profiles") {
        return view! { <NoRights title="Profile" needs="profiles:view" /> }.into_any();
    }
    let api = use_api();
    let profile = load_by_id(move |key| api.call(|it| it.get_profile(&key)));
    let reload = profile.retry();
    let address = use_address();
    thing("Profile", profile, move |it| page(&it, address, reload))
}

fn page(profile: &Arc<types::Profile>, address: Address, reload: Callback<()>) -> AnyView {
    let may_change = use_me().may_change("profiles");
    let may_delete = may_change && !profile.built_in;
    let chip = profile.built_in.then_some(());
    let body = if may_change {
        edit(profile, reload)
    } else {
        look(profile)
    };
    let title = profile.name.clone();
    let ids = match profile.client_id.kind.as_str() {
        "chosen" => "Chosen",
        "preferred" => "May be chosen",
        _ => "Made by the server",
    };
    view! {
        <PageHeader
            title=Signal::stored(title)
            crumbs=crumbs("Profiles", "/profiles")
            beside=move || view! { {chip.map(|()| view! { <BuiltIn /> })} }
        >
            {may_delete.then(|| view! { <DeleteButton address /> })}
        </PageHeader>
        <dl class="summary">
            <div><dt>"Key"</dt><dd><CopyText text=profile.key.clone() what="key" /></dd></div>
            <div><dt>"Rights"</dt><dd>{rights(&profile.roles.kind)}</dd></div>
            <div><dt>"Client IDs"</dt><dd>{ids}</dd></div>
        </dl>
        {body}
        <section class="form-section">
            <div class="form-section-head"><h2>"Clients that do not fit"</h2><p>"Made under other rules. They work as before."</p></div>
            <div class="form-section-fields"><Breaking key=profile.key.clone() /></div>
        </section>
        {may_delete.then(|| delete_dialog(profile, address))}
    }
    .into_any()
}

/// What was tried, and is saved only when somebody says so.
#[derive(Clone)]
struct Tried {
    tag: Option<String>,
    wanted: types::ProfileForm,
    breaking: types::BreakingClientList,
}

fn replace(
    api: Api,
    key: &str,
    dry_run: Option<bool>,
    tag: Option<String>,
    wanted: types::ProfileForm,
) -> Work<types::Profile> {
    let key = key.to_owned();
    Box::pin(async move {
        api.call(|it| it.replace_profile(&key, dry_run, tag.as_deref(), &wanted))
            .await
    })
}

fn edit(profile: &Arc<types::Profile>, reload: Callback<()>) -> AnyView {
    let (api, session) = (use_api(), use_session());
    let built_in = profile.built_in;
    let form = ProfileDraft::of_existing(built_in);
    let tried = RwSignal::new(None::<Tried>);
    // What the form does not show stays as it was read last.
    let of = StoredValue::new(Arc::clone(profile));
    let key = profile.key.clone();
    let calls = Calls {
        save: Rc::new(move |tag| {
            let (wanted, key) = of.with_value(|of| (form.form(of), of.key.clone()));
            Box::pin(async move {
                let trial = replace(api, &key, Some(true), tag.clone(), wanted.clone()).await?;
                if let Some(breaking) = trial.breaking.filter(|it| it.total.count > 0) {
                    tried.set(Some(Tried {
                        tag,
                        wanted,
                        breaking,
                    }));
                    return Err(Problem::local(
                        "Nothing is saved yet",
                        "There are clients that do not fit these rules.",
                    ));
                }
                let saved = replace(api, &key, None, tag, wanted).await?;
                session.read_again();
                Ok(json(&saved))
            })
        }),
        latest: Rc::new(move || {
            let key = key.clone();
            Box::pin(async move {
                let now = api.call(|it| it.get_profile(&key)).await?;
                let whole = json(&now);
                of.try_set_value(Arc::new(now));
                Ok(whole)
            })
        }),
    };
    let key = profile.key.clone();
    let deed: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let (now, key) = (tried.get_untracked(), key.clone());
        Box::pin(async move {
            let Tried { tag, wanted, .. } = now.ok_or_else(Problem::unreachable)?;
            let saved = replace(api, &key, None, tag, wanted).await?;
            session.read_again();
            Ok(format!("{} was saved", saved.name))
        })
    });
    let fields = view! { <ProfileFields profile=form is_new=false built_in /> };
    let editor = edit_thing(
        form.draft,
        json(&**profile),
        "/profiles",
        move || form.check(false, built_in),
        calls,
        reload,
        fields.into_any(),
    );
    view! {
        {editor}
        <AskDialog
            open=Signal::derive(move || tried.with(Option::is_some))
            on_close=Callback::new(move |()| tried.set(None))
            title=Signal::stored("Save rules that clients do not fit?".to_owned())
            confirm="Save anyway"
            keep="Keep editing"
            deed
            on_done=Callback::new(move |()| {
                tried.set(None);
                reload.run(());
            })
        >
            <p>"These live on as they are, and keep what does not fit until somebody changes just that:"</p>
            {move || tried.with(|it| it.as_ref().map(|it| breaking::list(&it.breaking)))}
        </AskDialog>
    }
    .into_any()
}

fn look(profile: &types::Profile) -> AnyView {
    let methods = profile
        .auth_methods
        .iter()
        .map(|it| words::auth_method(it))
        .collect::<Vec<_>>()
        .join("; ");
    let ends = match profile.expiry.kind.as_str() {
        "required" => "Has to end",
        _ => "May live until someone ends it",
    };
    view! {
        <section class="panel" aria-label="Rules">
            <dl class="facts">
                <dt>"Tokens live"</dt><dd>{lifetime(profile)}</dd>
                <dt>"A client"</dt><dd>{ends}</dd>
                <dt>"A secret ends"</dt><dd>{secret_ends(profile)}</dd>
                <dt>"Authentication"</dt><dd>{methods}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn delete_dialog(profile: &types::Profile, address: Address) -> AnyView {
    let (api, session) = (use_api(), use_session());
    let (key, tag, name) = (
        profile.key.clone(),
        etag(profile.version),
        profile.name.clone(),
    );
    let delete = Rc::new(move || {
        let (key, tag) = (key.clone(), tag.clone());
        let work = async move {
            api.call(|it| it.delete_profile(&key, Some(&tag))).await?;
            session.read_again();
            Ok(())
        };
        Box::pin(work) as _
    });
    view! {
        <DeleteDialog address what="profile" name delete back="/profiles">
            <p>"Only a profile without clients can be deleted. The permissions that opened its clients go with it. This cannot be taken back."</p>
        </DeleteDialog>
    }
    .into_any()
}
