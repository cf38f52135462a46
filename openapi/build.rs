//! Writes the client from `openapi.json`.

use std::{env, error::Error, fs, path::Path};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let mut document: Value = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
    fit(&mut document);
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings).generate_tokens(&serde_json::from_value(document)?)?;
    let text = prettyplease::unparse(&syn::parse2(tokens)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), text)?;
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
