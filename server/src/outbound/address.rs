//! Which addresses this server may be sent to by somebody else's URL: never into its own network, unless allowed.

use std::{
    net::{IpAddr, SocketAddr},
    sync::LazyLock,
};

use ipnet::IpNet;
use url::{Host, Url};

/// Whether addresses of this machine and of private networks may be used, and plain http with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public Internet, by https.
    Public,
    /// Everything, by http too.
    Private,
}

/// Why an address is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// Not https, or with user name, password or fragment.
    #[error("must be an https URL without user name, password and fragment")]
    NotHttps,
    /// No such name.
    #[error("names a host that cannot be found")]
    Unknown,
    /// Only addresses that are not public.
    #[error("leads to a private or local address, which is not allowed")]
    NotPublic,
}

/// The networks that are not the public Internet (RFC 6890 and its registries), and those that lead into others.
static NOT_PUBLIC: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
    .iter()
    .filter_map(|it| it.parse().ok())
    .collect()
});

/// Whether an address is one of the public Internet.
pub fn is_public(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    !NOT_PUBLIC.iter().any(|it| it.contains(&ip))
}

/// Whether `url` is of a form that may be used; where it leads is not asked.
///
/// # Errors
/// [`AddressProblem`].
pub fn check(url: &Url, reach: Reach) -> Result<(), AddressProblem> {
    let scheme = match reach {
        Reach::Public => url.scheme() == "https",
        Reach::Private => matches!(url.scheme(), "https" | "http"),
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !scheme || !plain {
        return Err(AddressProblem::NotHttps);
    }
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        Some(Host::Domain(_)) => return Ok(()),
        None => return Err(AddressProblem::Unknown),
    };
    if reach == Reach::Public && !is_public(ip) {
        return Err(AddressProblem::NotPublic);
    }
    Ok(())
}

/// The addresses that `url` leads to and that may be used. Whoever connects must use these and not ask again: the
/// answer may be another one the next time.
///
/// # Errors
/// [`AddressProblem`].
pub async fn resolve(url: &Url, reach: Reach) -> Result<Vec<SocketAddr>, AddressProblem> {
    check(url, reach)?;
    let port = url.port_or_known_default().unwrap_or(443);
    let host = match url.host() {
        Some(Host::Ipv4(ip)) => return Ok(vec![SocketAddr::new(ip.into(), port)]),
        Some(Host::Ipv6(ip)) => return Ok(vec![SocketAddr::new(ip.into(), port)]),
        Some(Host::Domain(host)) => host,
        None => return Err(AddressProblem::Unknown),
    };
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|_| AddressProblem::Unknown)?
        .collect();
    if found.is_empty() {
        return Err(AddressProblem::Unknown);
    }
    let usable: Vec<SocketAddr> = found
        .into_iter()
        .filter(|it| reach == Reach::Private || is_public(it.ip()))
        .collect();
    if usable.is_empty() {
        return Err(AddressProblem::NotPublic);
    }
    Ok(usable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_of_the_list_is_read() {
        assert_eq!(NOT_PUBLIC.len(), 28);
    }

    #[test]
    fn private_and_local_addresses_are_not_public_in_any_spelling() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_plain_https_urls_are_used() {
        for text in [
            "http://example.org/hook",
            "ftp://example.org/",
            "https://user@example.org/",
            "https://user:password@example.org/",
            "https://example.org/#part",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::ffff:192.168.1.1]/",
        ] {
            let url = Url::parse(text).unwrap();
            assert!(check(&url, Reach::Public).is_err(), "{text}");
        }
        let url = Url::parse("https://example.org/hook?a=b").unwrap();
        assert_eq!(check(&url, Reach::Public), Ok(()));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused() {
        let url = Url::parse("https://localhost/hook").unwrap();
        assert_eq!(
            resolve(&url, Reach::Public).await,
            Err(AddressProblem::NotPublic)
        );
        assert!(resolve(&url, Reach::Private).await.is_ok());
    }
}
