//! Writes the operations once more, with the same names and arguments, for a client that is downloaded: each only says
//! what to send, and how to read the answer.

use std::{collections::BTreeMap, error::Error};

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{FnArg, GenericArgument, ImplItem, Item, ItemImpl, Pat, PathArguments, ReturnType, Type};

/// One operation of the document.
struct Operation {
    method: String,
    path: String,
    /// Name in Rust, name on the wire and place of each parameter.
    parameters: Vec<(String, String, String)>,
}

/// The implementation of every operation whose problems are the API's own.
///
/// # Errors
/// When the generated client and the document do not belong together.
pub(crate) fn operations(client: &syn::File, document: &Value) -> Result<Item, Box<dyn Error>> {
    let known = known(document);
    let mut methods = Vec::new();
    for item in &client.items {
        let Item::Impl(ItemImpl {
            items,
            trait_: None,
            ..
        }) = item
        else {
            continue;
        };
        for method in items {
            let ImplItem::Fn(method) = method else {
                continue;
            };
            let Some(answer) = answer(&method.sig.output) else {
                continue;
            };
            let name = &method.sig.ident;
            let operation = known
                .get(&name.to_string())
                .ok_or_else(|| format!("{name} is not in the document"))?;
            methods.push(rewrite(method, operation, answer)?);
        }
    }
    Ok(syn::parse2(quote! {
        impl<E: From<Unreadable> + 'static> Client<E> { #(#methods)* }
    })?)
}

fn known(document: &Value) -> BTreeMap<String, Operation> {
    let mut known = BTreeMap::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, (method, operation)) in paths.flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .map(move |it| (path, it))
    }) {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters = parameters
            .map(|it| {
                let wire = text(&it["name"]);
                let ident = wire.to_lowercase().replace('-', "_");
                (ident, wire, text(&it["in"]))
            })
            .collect();
        let operation = Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            parameters,
        };
        known.insert(id.to_owned(), operation);
    }
    known
}

/// What a method answers with, out of `Result<ResponseValue<T>, Error<types::Problem>>`.
fn answer(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, output) = output else {
        return None;
    };
    let [value, problem] = arguments(output)?.try_into().ok()?;
    let [problem] = arguments(&problem)?.try_into().ok()?;
    let is_problem = matches!(&problem, Type::Path(it) if it.path.segments.last().is_some_and(|it| it.ident == "Problem"));
    let [value] = arguments(&value)?.try_into().ok()?;
    is_problem.then_some(value)
}

fn arguments(of: &Type) -> Option<Vec<Type>> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(all) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let types = all.args.iter().filter_map(|it| match it {
        GenericArgument::Type(it) => Some(it.clone()),
        _ => None,
    });
    Some(types.collect())
}

fn rewrite(
    method: &syn::ImplItemFn,
    operation: &Operation,
    answer: Type,
) -> Result<ImplItem, Box<dyn Error>> {
    let Operation {
        method: verb,
        path,
        parameters,
    } = operation;
    let mut steps = Vec::new();
    for argument in &method.sig.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(name) = &*argument.pat else {
            continue;
        };
        let name = format_ident!("{}", name.ident);
        if name == "body" {
            steps.push(quote! { .body(body) });
            continue;
        }
        let (_, wire, place) = parameters
            .iter()
            .find(|(ident, ..)| name == ident)
            .ok_or_else(|| format!("{name} is no parameter of {verb} {path}"))?;
        steps.push(match place.as_str() {
            "path" => quote! { .segment(#wire, &#name.to_string()) },
            "header" => quote! { .header(#wire, #name) },
            _ => quote! { .query(#wire, #name.map(|it| it.to_string())) },
        });
    }
    let attributes = &method.attrs;
    let mut signature = method.sig.clone();
    signature.asyncness = None;
    signature.output = syn::parse2(quote! { -> Answer<#answer, E> })?;
    Ok(syn::parse2(quote! {
        #(#attributes)*
        pub #signature {
            self.ask(Request::new(#verb, #path) #(#steps)*)
        }
    })?)
}
