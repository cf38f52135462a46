//! Writes how each answer is read from JSON: field by field through a handful of shared functions, where serde would
//! bring a reader of its own for every type.

use quote::quote;
use syn::{Attribute, Fields, Item, ItemEnum, ItemStruct, LitStr};

/// An implementation of `FromJson` for every type that can come back.
///
/// # Errors
/// When a type is written in a way that is not known here.
pub(crate) fn readings(types: &[Item]) -> syn::Result<Vec<Item>> {
    let mut readings = Vec::new();
    for item in types {
        let Item::Mod(module) = item else { continue };
        for item in module.content.iter().flat_map(|(_, items)| items) {
            match item {
                Item::Struct(it) => readings.extend(of_struct(it)?),
                Item::Enum(it) => readings.extend(of_enum(it)?),
                _ => {}
            }
        }
    }
    Ok(readings)
}

fn of_struct(item: &ItemStruct) -> syn::Result<Option<Item>> {
    let Fields::Named(fields) = &item.fields else {
        return Ok(None);
    };
    let mut steps = Vec::new();
    for field in &fields.named {
        let Some(name) = &field.ident else { continue };
        let said = serde(&field.attrs)?;
        let wire = said.rename.unwrap_or_else(|| name.to_string());
        steps.push(match said.default {
            None => quote! { #name: fields.take(#wire)? },
            Some(None) => quote! { #name: fields.take_or_default(#wire)? },
            // Only what is sent has defaults that are not empty.
            Some(Some(_)) => return Ok(None),
        });
    }
    let name = &item.ident;
    if steps.is_empty() {
        return Ok(Some(syn::parse2(quote! {
            impl FromJson for types::#name {
                fn from_json(_: Value) -> Option<Self> {
                    Some(Self {})
                }
            }
        })?));
    }
    Ok(Some(syn::parse2(quote! {
        impl FromJson for types::#name {
            fn from_json(value: Value) -> Option<Self> {
                let mut fields = Members::of(value)?;
                Some(Self { #(#steps),* })
            }
        }
    })?))
}

/// Enums of plain words can be parsed; the others are only ever sent.
fn of_enum(item: &ItemEnum) -> syn::Result<Option<Item>> {
    if item.variants.iter().any(|it| !it.fields.is_empty()) {
        return Ok(None);
    }
    let name = &item.ident;
    Ok(Some(syn::parse2(quote! {
        impl FromJson for types::#name {
            fn from_json(value: Value) -> Option<Self> {
                value.as_str()?.parse().ok()
            }
        }
    })?))
}

#[derive(Default)]
struct Said {
    rename: Option<String>,
    /// Whether it may be left out, and what it is then unless empty.
    default: Option<Option<String>>,
}

fn serde(attributes: &[Attribute]) -> syn::Result<Said> {
    let mut said = Said::default();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => Some(value.parse::<LitStr>()?.value()),
                Err(_) => None,
            };
            if meta.path.is_ident("rename") {
                said.rename = value;
            } else if meta.path.is_ident("default") {
                said.default = Some(value);
            }
            Ok(())
        })?;
    }
    Ok(said)
}
