//! Writes how each type is read from JSON and written as such: field by field through a handful of shared functions,
//! where serde would bring a reader and a writer of its own for every type.

use quote::quote;
use syn::{Attribute, Fields, Item, ItemEnum, ItemImpl, ItemStruct, LitStr, Type};

/// An implementation of `ToJson` for every type, and of `FromJson` for every type that can come back.
///
/// # Errors
/// When a type is written in a way that is not known here.
pub(crate) fn implementations(types: &[Item]) -> syn::Result<Vec<Item>> {
    let mut readings = Vec::new();
    for item in types {
        let Item::Mod(module) = item else { continue };
        for item in module.content.iter().flat_map(|(_, items)| items) {
            match item {
                Item::Struct(it) => {
                    readings.extend(of_struct(it)?);
                    readings.extend(writing(it)?);
                }
                Item::Enum(it) => readings.extend(of_enum(it)?),
                _ => {}
            }
        }
    }
    Ok(readings)
}

/// A table for tests: every type that is read, by the name of its schema.
///
/// # Errors
/// Never.
pub(crate) fn every(implementations: &[Item]) -> syn::Result<Item> {
    let read = implementations.iter().filter_map(|it| match it {
        Item::Impl(ItemImpl {
            trait_: Some((_, of, _)),
            self_ty,
            ..
        }) if of.is_ident("FromJson") => Some(self_ty),
        _ => None,
    });
    let types: Vec<_> = read.collect();
    let names = types.iter().map(|it| match &***it {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        _ => None,
    });
    syn::parse2(quote! {
        const EVERY: &[(&str, fn(&Value) -> (Option<Value>, Option<Value>))] =
            &[#((#names, both::<#types>)),*];
    })
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
        if is_kept_whole(&field.ty) {
            return Ok(None);
        }
        steps.push(match said.default {
            None => quote! { #name: fields.take(#wire) },
            Some(None) => quote! { #name: fields.take_or_default(#wire) },
            // Only what is sent has defaults that are not empty.
            Some(Some(_)) => return Ok(None),
        });
    }
    let name = &item.ident;
    if steps.is_empty() {
        return Ok(Some(syn::parse2(quote! {
            impl FromJson for types::#name {
                fn read(_: Option<Value>, _: &mut Faults) -> Self {
                    Self {}
                }
            }
        })?));
    }
    Ok(Some(syn::parse2(quote! {
        impl FromJson for types::#name {
            fn read(value: Option<Value>, faults: &mut Faults) -> Self {
                let mut fields = Members::of(value, faults);
                Self { #(#steps),* }
            }
        }
    })?))
}

/// Whether it is a text with rules of its own, which is only ever sent: there is none that could be made up.
fn is_kept_whole(of: &Type) -> bool {
    let Type::Path(path) = of else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|it| it.ident == "TokenReferenceToken")
}

/// What is always written comes first: `object` is told how many these are.
fn writing(item: &ItemStruct) -> syn::Result<Option<Item>> {
    let Fields::Named(fields) = &item.fields else {
        return Ok(None);
    };
    let (mut always, mut unless_empty) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let Some(name) = &field.ident else { continue };
        let said = serde(&field.attrs)?;
        let wire = said.rename.unwrap_or_else(|| name.to_string());
        let member = (wire, quote! { &self.#name });
        if said.is_skipped {
            unless_empty.push(member);
        } else {
            always.push(member);
        }
    }
    let required = always.len();
    let (names, values): (Vec<_>, Vec<_>) = always.into_iter().chain(unless_empty).unzip();
    let name = &item.ident;
    Ok(Some(syn::parse2(quote! {
        impl ToJson for types::#name {
            fn to_json(&self) -> Value {
                object(#required, &[#(#names),*], &[#(#values),*])
            }
        }
    })?))
}

/// Enums of plain words; there is one that is written by hand.
fn of_enum(item: &ItemEnum) -> syn::Result<Vec<Item>> {
    if item.variants.iter().any(|it| !it.fields.is_empty()) {
        return Ok(Vec::new());
    }
    let name = &item.ident;
    let first = item.variants.first().map(|it| &it.ident);
    let reading = syn::parse2(quote! {
        impl FromJson for types::#name {
            fn read(value: Option<Value>, faults: &mut Faults) -> Self {
                let read = value.and_then(|it| it.as_str()?.parse().ok());
                faults.expect_or(read, types::#name::#first)
            }
        }
    })?;
    let writing = syn::parse2(quote! {
        impl ToJson for types::#name {
            fn to_json(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    })?;
    Ok(vec![reading, writing])
}

#[derive(Default)]
struct Said {
    rename: Option<String>,
    /// Whether it may be left out, and what it is then unless empty.
    default: Option<Option<String>>,
    /// Whether it is left out when it is empty.
    is_skipped: bool,
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
            } else if meta.path.is_ident("skip_serializing_if") {
                said.is_skipped = true;
            }
            Ok(())
        })?;
    }
    Ok(said)
}
