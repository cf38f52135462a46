//! Writes the client from `openapi.json`.

mod browser;
mod json;

use std::{env, error::Error, fs, path::Path};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value};
use syn::Item;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    println!("cargo::rerun-if-changed=build");
    let mut document: Value = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
    fit(&mut document);
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_map_type("::std::collections::BTreeMap");
    let parsed = serde_json::from_value(document.clone())?;
    let mut whole: syn::File = syn::parse2(Generator::new(&settings).generate_tokens(&parsed)?)?;

    let is_types = |item: &Item| matches!(item, Item::Mod(it) if it.ident == "types");
    let (types, rest) = whole.items.into_iter().partition::<Vec<_>, _>(is_types);
    whole.items = rest;
    let out = env::var("OUT_DIR")?;
    let write = |name: &str, items: Vec<Item>| {
        let file = syn::File {
            shebang: None,
            attrs: Vec::new(),
            items,
        };
        fs::write(Path::new(&out).join(name), prettyplease::unparse(&file))
    };
    let mut browser = json::implementations(&types)?;
    browser.push(browser::operations(&whole, &document)?);
    write("every.rs", vec![json::every(&browser)?])?;
    write("browser.rs", browser)?;
    write("types.rs", types)?;
    write("native.rs", whole.items)?;
    Ok(())
}

/// Says the same in the words that the generator knows: problems are JSON, and a reference is a reference even where
/// a description stands beside it.
fn fit(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(problem) = object.remove("application/problem+json") {
                object.insert("application/json".to_owned(), problem);
            }
            if let Some(reference) = described_reference(object) {
                *object = Map::from_iter([("$ref".to_owned(), reference)]);
            }
            if let (true, Some(schema)) = (object.contains_key("in"), object.get_mut("schema")) {
                loosen(schema);
            }
            object.values_mut().for_each(fit);
        }
        Value::Array(items) => items.iter_mut().for_each(fit),
        _ => {}
    }
}

/// What a parameter may be is left to the server to judge: here it would make a type of its own of each.
fn loosen(schema: &mut Value) {
    for bound in ["pattern", "minimum", "maximum", "default"] {
        schema.as_object_mut().and_then(|it| it.remove(bound));
    }
}

fn described_reference(object: &Map<String, Value>) -> Option<Value> {
    let parts = object.get("allOf")?.as_array()?;
    let plain = object
        .keys()
        .all(|key| matches!(key.as_str(), "allOf" | "description"));
    match parts.as_slice() {
        [one] if plain => one.get("$ref").cloned(),
        _ => None,
    }
}
