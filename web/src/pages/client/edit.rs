//! Editing a client in place, against the version that was read.

use api_client::browser::FromJson;
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

use super::Shown;
use crate::{
    api::{etag, types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        problem_notice::ProblemNotice,
        toast::Toasts,
    },
    forms::{
        client_draft::{ClientDraft, form_of},
        client_fields::{ClientFields, Purpose},
        conflict::{Conflict, Fields, Theirs},
        editor::json,
        field_errors::focus_first,
    },
    me::use_me,
    problem::Problem,
};

/// The form of a client that is there. Saving replaces the version it was opened on; when somebody else was quicker,
/// both sides are shown and the person chooses.
#[component]
pub(super) fn EditForm(
    shown: Shown,
    on_saved: Callback<types::Client>,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = ClientDraft::of(&shown);
    let Some(profile) = use_me().profile(&shown.profile) else {
        let problem = Problem::local(
            "This kind of client is newer than this page",
            "Reload the page, then edit.",
        );
        return view! { <ProblemNotice problem /> }.into_any();
    };
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let theirs = RwSignal::new(None::<Shown>);
    let base = RwSignal::new(shown);

    let save = move |form: types::ClientForm| {
        let (id, tag) = base.with_untracked(|it| (it.id.to_string(), etag(it.version)));
        busy.set(true);
        spawn_local(async move {
            let mut outcome = api
                .call(|it| it.replace_client(&id, Some(&tag), &form))
                .await;
            let stale = outcome.as_ref().is_err_and(Problem::is_stale);
            if stale {
                match api.call(|it| it.get_client(&id)).await {
                    Ok(latest) => {
                        busy.try_set(false);
                        theirs.try_set(Some(latest.into()));
                        return;
                    }
                    Err(failed) => outcome = Err(failed),
                }
            }
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => {
                    toasts.done(format!("{} was saved", saved.name));
                    on_saved.run(saved);
                }
                Err(failed) => {
                    problem.set(draft.refuse(failed));
                    focus_first();
                }
            }
        });
    };
    let form_profile = profile.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        draft.check(&form_profile);
        if draft.errors.any() {
            focus_first();
            return;
        }
        save(draft.form(&form_profile));
    };
    let merged = Callback::new(move |fields: Fields| {
        if let Some(latest) = theirs.get_untracked() {
            base.set(latest);
        }
        theirs.set(None);
        // Both sides were forms, so their mixture is one.
        if let Some(form) = types::ClientForm::from_json(Value::Object(fields)) {
            draft.fill(&form);
            save(form);
        }
    });

    view! {
        <form class="form-page" on:submit=submit novalidate=true>
            <ClientFields draft profile=profile.clone() purpose=Purpose::Edit />
            <div class="form-foot">
                <div role="alert">{move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}</div>
                <div class="button-group">
                    <Button variant=Variant::Primary kind="submit" busy>"Save changes"</Button>
                    <Button on:click=move |_| on_cancel.run(())>"Cancel"</Button>
                </div>
            </div>
        </form>
        {move || theirs.get().map(|latest| view! {
            <Conflict
                base=base.with_untracked(|it| fields(&form_of(it)))
                mine=fields(&draft.form(&profile))
                theirs=Theirs {
                    fields: fields(&form_of(&latest)),
                    who: Some(latest.updated_by.name.clone()),
                    when: clock::parse(&latest.updated_at),
                }
                on_keep_editing=Callback::new(move |()| theirs.set(None))
                on_merged=merged
            />
        })}
    }
    .into_any()
}

fn fields(form: &types::ClientForm) -> Fields {
    match json(form) {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
