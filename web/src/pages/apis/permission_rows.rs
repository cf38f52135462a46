//! The rows that an API adds to the permission grid, as they are typed.

use leptos::prelude::*;

use crate::{
    api::types,
    components::{
        button::{Button, IconButton},
        each::each,
        icon::{Glyph, Icon},
        select::Select,
        text_input::TextInput,
    },
    effect::memo,
    forms::{
        draft::{Draft, text},
        editor::json,
        field_errors::FieldErrors,
    },
};

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row {
    number: usize,
    key: RwSignal<String>,
    label: RwSignal<String>,
    /// `change` is both columns.
    most: RwSignal<String>,
}

/// All rows, in order.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    all: RwSignal<Vec<Row>>,
    next: StoredValue<usize>,
}

impl Rows {
    /// The field `permissions` of a form.
    pub(super) fn of(draft: Draft) -> Self {
        let rows = Self {
            all: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        draft.bind(
            "permissions",
            move || json(&rows.typed()),
            move |it| {
                let items = it.as_array().into_iter().flatten();
                let items: Vec<_> = items
                    .map(|it| {
                        let word = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
                        let access = it["access"].as_array().map_or(0, Vec::len);
                        let most = if access > 1 { "change" } else { "view" };
                        rows.row(word("key"), word("label"), most)
                    })
                    .collect();
                rows.all.set(items);
            },
        );
        rows
    }

    fn row(self, key: String, label: String, most: &str) -> Row {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        Row {
            number,
            key: RwSignal::new(key),
            label: RwSignal::new(label),
            most: RwSignal::new(most.to_owned()),
        }
    }

    /// The rows, as they are sent. A row without anything typed is none.
    pub(super) fn typed(self) -> Vec<types::ApiPermission> {
        let typed = |row: &Row| {
            let (key, label) = (text(row.key), text(row.label));
            (key.is_some() || label.is_some()).then(|| {
                let access: &[&str] = if row.most.with_untracked(|it| it == "view") {
                    &["view"]
                } else {
                    &["view", "change"]
                };
                types::ApiPermission {
                    label: label.or_else(|| key.clone()).unwrap_or_default(),
                    key: key.unwrap_or_default(),
                    access: access.iter().map(|it| (*it).to_owned()).collect(),
                }
            })
        };
        self.all
            .with_untracked(|all| all.iter().filter_map(typed).collect())
    }
}

/// The rows with a button for one more.
#[component]
pub(super) fn PermissionRows(
    rows: Rows,
    errors: FieldErrors,
    prefix: Signal<String>,
) -> impl IntoView {
    let add = move |_| {
        let row = rows.row(String::new(), String::new(), "change");
        rows.all.update(|all| all.push(row));
    };
    let fields = move |row: Row| {
        let draw = move || view! { <RowFields rows row errors prefix /> };
        (row.number.to_string(), draw.into())
    };
    view! {
        <div class="row-editor">
            <ul class="row-list" role="list">
                {each(move || rows.all.get().into_iter().map(fields).collect())}
            </ul>
            <div><Button small=true icon=Glyph::Plus on:click=add>"Add resource"</Button></div>
        </div>
    }
}

#[component]
fn RowFields(rows: Rows, row: Row, errors: FieldErrors, prefix: Signal<String>) -> impl IntoView {
    let position = memo(move || {
        rows.all.with(|all| {
            all.iter()
                .position(|it| it.number == row.number)
                .unwrap_or_default()
        })
    });
    let wrong = move || {
        errors
            .under(format!("/permissions/{}", position.get()))
            .get()
    };
    let remove = move |_| {
        rows.all
            .update(|all| all.retain(|it| it.number != row.number));
    };
    let shown = move || {
        let key = row.key.with(|it| it.trim().to_owned());
        (!key.is_empty()).then(|| format!("{}/{key}", prefix.get()))
    };
    let name = move |what: &str| format!("{what} of resource {}", position.get_untracked() + 1);
    view! {
        <li class="row-fields">
            <TextInput value=row.key mono=true attr:aria-label=name("Key") attr:placeholder="orders" />
            <TextInput value=row.label attr:aria-label=name("Label") attr:placeholder="Orders" />
            <Select value=row.most attr:aria-label=name("Columns") options=vec![("change", "View and Change"), ("view", "View only")] />
            <IconButton glyph=Glyph::Trash label="Remove resource" small=true on:click=remove />
            {move || shown().map(|it| view! { <code class="permission-key row-wide">{it}</code> })}
            <div class="row-wide" aria-live="polite">
                {move || wrong().map(|wrong| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{wrong}</span></p>
                })}
            </div>
        </li>
    }
}
