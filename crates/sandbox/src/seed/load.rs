//! Reads a seed file and refuses one whose keys do not fit together.
//!
//! Owns the embedded company. Opens at most the one file it is given.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::error::Error;
use crate::keys::{Certificate, PublicKey};
use crate::place;
use crate::seed::company::{AzureAdSeed, Company};
use crate::seed::generated::Size;

/// Largest seed file, in bytes.
const SEED_BYTES_MAX: u64 = 16 * 1024 * 1024;

const SMALL_COMPANY: &str = include_str!("../../seeds/small-company.yaml");

/// Where a world takes its company from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seed {
    /// The company that comes with the sandbox: Contoso, some sixty people in four offices.
    #[default]
    SmallCompany,
    /// The small company, filled up to a size.
    Generated(Size),
    /// A YAML file of the same shape, at most 16 MiB.
    File(PathBuf),
    /// The text of such a file.
    Text(String),
}

impl Seed {
    /// The seed of a name: `small-company`, `generated:USERSxGROUPS`, or a file.
    ///
    /// # Errors
    /// `Error::SeedSize` and `Error::SeedUnknown`.
    pub fn named(name: &str) -> Result<Self, Error> {
        if name == "small-company" {
            return Ok(Self::SmallCompany);
        }
        if let Some(size) = name.strip_prefix("generated:") {
            return Size::parse(size).map(Self::Generated);
        }
        let path = PathBuf::from(name);
        if !path.exists() && !name.contains(['/', '\\', '.']) {
            return Err(Error::SeedUnknown { name: name.to_owned() });
        }
        Ok(Self::File(path))
    }

    /// What the seed is called in a kept state.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::SmallCompany => "small-company".to_owned(),
            Self::Generated(Size { users, groups }) => format!("generated:{users}x{groups}"),
            Self::File(path) => path.display().to_string(),
            Self::Text(_) => "text".to_owned(),
        }
    }

    /// The JSON Schema of seed files.
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Company)
    }

    /// Reads the company and checks its references.
    ///
    /// # Errors
    /// `Error::SeedUnreadable`, `Error::SeedTooLarge`, `Error::SeedMalformed`, `Error::SeedRefers`.
    pub(crate) fn load(&self) -> Result<Company, Error> {
        match self {
            Self::SmallCompany => parse("small-company", SMALL_COMPANY),
            Self::Generated(size) => Ok(size.fill(parse("small-company", SMALL_COMPANY)?)),
            Self::Text(text) => parse("seed", text),
            Self::File(path) => {
                let unreadable = |source| Error::SeedUnreadable { path: path.clone(), source };
                let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
                if bytes > SEED_BYTES_MAX {
                    return Err(Error::SeedTooLarge { bytes, bytes_max: SEED_BYTES_MAX });
                }
                parse(&path.display().to_string(), &std::fs::read_to_string(path).map_err(unreadable)?)
            }
        }
    }
}

fn parse(name: &str, text: &str) -> Result<Company, Error> {
    let company: Company = serde_saphyr::from_str(text).map_err(|error| {
        let (place, detail) = place::of(name, error);
        Error::SeedMalformed { place, detail }
    })?;
    check(&company)?;
    Ok(company)
}

/// Every key is there once and every reference meets one.
fn check(company: &Company) -> Result<(), Error> {
    if company.azure_ad.apps.is_empty() {
        return Err(Error::SeedLacks { what: "azure_ad.apps" });
    }
    if company.servicenow.clients.is_empty() {
        return Err(Error::SeedLacks { what: "servicenow.clients" });
    }
    if company.azure_ad.delta_page_size == 0 {
        return Err(Error::SeedLacks { what: "azure_ad.delta_page_size" });
    }
    let people = keys("people", company.people.iter().map(|person| &person.key))?;
    let groups = keys("groups", company.groups.iter().map(|group| &group.key))?;
    let departments = keys("departments", company.departments.iter().map(|department| &department.key))?;
    let offices = keys("offices", company.offices.iter().map(|office| &office.key))?;
    let queues = &company.servicenow.assignment_groups;
    let queue_keys = keys("assignment_groups", queues.iter().map(|group| &group.key))?;
    keys("catalog_items", company.servicenow.catalog_items.iter().map(|item| &item.key))?;
    keys("apps", company.azure_ad.apps.iter().map(|app| &app.key))?;
    credentials(&company.azure_ad)?;
    check_governance(company, &people, &groups)?;

    known("departments.head", company.departments.iter().map(|department| &department.head), &people)?;
    known("people.manager", company.people.iter().filter_map(|person| person.manager.as_ref()), &people)?;
    known(
        "people.department",
        company.people.iter().filter_map(|person| person.department.as_ref()),
        &departments,
    )?;
    known("people.office", company.people.iter().filter_map(|person| person.office.as_ref()), &offices)?;
    let members: BTreeSet<&str> = people.union(&groups).copied().collect();
    known("groups.members", company.groups.iter().flat_map(|group| &group.members), &members)?;
    known("groups.owners", company.groups.iter().flat_map(|group| &group.owners), &people)?;
    known("assignment_groups.members", queues.iter().flat_map(|group| &group.members), &people)?;
    known("assignment_groups.manager", queues.iter().filter_map(|group| group.manager.as_ref()), &people)?;
    let records = &company.azure_ad.records;
    known("azure_ad.records.sign_ins.person", records.sign_ins.iter().map(|one| &one.person), &people)?;
    known(
        "azure_ad.records.risk_detections.person",
        records.risk_detections.iter().map(|one| &one.person),
        &people,
    )?;
    known(
        "azure_ad.records.alerts.person",
        records.alerts.iter().filter_map(|one| one.person.as_ref()),
        &people,
    )?;
    known("clients.acts_as", company.servicenow.clients.iter().map(|client| &client.acts_as), &people)?;
    known("api_keys.acts_as", company.servicenow.api_keys.iter().map(|key| &key.acts_as), &people)?;
    let assets = &company.servicenow.assets;
    keys("assets", assets.iter().map(|asset| &asset.tag))?;
    known("assets.person", assets.iter().filter_map(|asset| asset.person.as_ref()), &people)?;
    known("assets.office", assets.iter().filter_map(|asset| asset.office.as_ref()), &offices)?;
    let webhook = company.servicenow.webhook.iter();
    known("webhook.integration_user", webhook.filter_map(|one| one.integration_user.as_ref()), &people)?;
    check_directory(company, &people, &groups)?;
    let items = &company.servicenow.catalog_items;
    known("catalog_items.group", items.iter().filter_map(|item| item.group.as_ref()), &queue_keys)
}

/// The same for what only the tenant's governance has.
fn check_governance(
    company: &Company,
    people: &BTreeSet<&str>,
    groups: &BTreeSet<&str>,
) -> Result<(), Error> {
    let seed = &company.azure_ad.governance;
    let (policies, packages, workflows) = (&seed.policies, &seed.packages, &seed.workflows);
    let locations = keys("governance.locations", seed.locations.iter().map(|own| &own.key))?;
    keys("governance.policies", policies.iter().map(|own| &own.key))?;
    keys("governance.packages", packages.iter().map(|own| &own.key))?;
    keys("governance.packages.policies", packages.iter().flat_map(|own| &own.policies).map(|own| &own.key))?;
    keys("governance.workflows", workflows.iter().map(|own| &own.key))?;
    known("governance.eligible.people", seed.eligible.iter().flat_map(|own| &own.people), people)?;
    let named = policies.iter().flat_map(|own| own.groups.iter().chain(&own.except_groups));
    known("governance.policies.groups", named, groups)?;
    let named = policies.iter().flat_map(|own| &own.except_locations);
    known("governance.policies.except_locations", named, &locations)?;
    known("governance.packages.groups", packages.iter().flat_map(|own| &own.groups), groups)?;
    known("governance.workflows.groups", workflows.iter().flat_map(|own| &own.groups), groups)
}

/// The same for what only the directory has.
fn check_directory(company: &Company, people: &BTreeSet<&str>, groups: &BTreeSet<&str>) -> Result<(), Error> {
    let seed = &company.azure_ad.directory;
    let apps: BTreeSet<&str> = company.azure_ad.apps.iter().map(|app| app.key.as_str()).collect();
    let skus = keys("directory.skus", seed.skus.iter().map(|sku| &sku.part_number))?;
    let members: BTreeSet<&str> = people.union(groups).copied().collect();
    keys("directory.domains", seed.domains.iter().map(|domain| &domain.name))?;
    keys("directory.devices", seed.devices.iter().map(|device| &device.key))?;
    keys("directory.roles", seed.roles.iter().map(|role| &role.role))?;
    keys("directory.methods", seed.methods.iter().map(|methods| &methods.person))?;
    known("directory.licences.sku", seed.licences.iter().map(|licence| &licence.sku), &skus)?;
    known("directory.licences.people", seed.licences.iter().flat_map(|licence| &licence.people), people)?;
    known("directory.licences.groups", seed.licences.iter().flat_map(|licence| &licence.groups), groups)?;
    known("directory.roles.members", seed.roles.iter().flat_map(|role| &role.members), &members)?;
    known("directory.roles.apps", seed.roles.iter().flat_map(|role| &role.apps), &apps)?;
    known("directory.devices.owner", seed.devices.iter().map(|device| &device.owner), people)?;
    known("directory.methods.person", seed.methods.iter().map(|methods| &methods.person), people)?;
    let sign_ins = seed.sign_ins.iter();
    let named = sign_ins.flat_map(|sign_ins| sign_ins.never.iter().chain(sign_ins.last.keys()));
    known("directory.sign_ins", named, people)
}

/// Every certificate and every key of an issuer can be read.
fn credentials(seed: &AzureAdSeed) -> Result<(), Error> {
    let unreadable = |field, of: &str, detail| Error::SeedKey { field, of: of.to_owned(), detail };
    for app in &seed.apps {
        for pem in &app.certificates {
            Certificate::from_pem(pem)
                .map_err(|detail| unreadable("azure_ad.apps.certificates", &app.key, detail))?;
        }
    }
    for issuer in &seed.issuers {
        for pem in &issuer.keys {
            PublicKey::from_pem(pem)
                .map_err(|detail| unreadable("azure_ad.issuers.keys", &issuer.issuer, detail))?;
        }
    }
    Ok(())
}

fn keys<'a>(what: &'static str, all: impl Iterator<Item = &'a String>) -> Result<BTreeSet<&'a str>, Error> {
    let mut keys = BTreeSet::new();
    for key in all {
        if !keys.insert(key.as_str()) {
            return Err(Error::SeedRepeats { what, key: key.clone() });
        }
    }
    Ok(keys)
}

fn known<'a>(
    field: &'static str,
    references: impl Iterator<Item = &'a String>,
    keys: &BTreeSet<&str>,
) -> Result<(), Error> {
    for key in references {
        if !keys.contains(key.as_str()) {
            return Err(Error::SeedRefers { field, key: key.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::company::UserType;

    #[test]
    fn the_small_company_fits_together() {
        let company = Seed::SmallCompany.load().unwrap();
        assert!((55..=75).contains(&company.people.len()), "{} people", company.people.len());
        assert!(company.people.iter().any(|person| person.user_type == UserType::Guest));
        assert!(company.people.iter().any(|person| person.key.starts_with("svc-")));
        let boss = company.person("m.boss").unwrap();
        assert_eq!(company.upn(boss), "m.boss@contoso.test");
        let reports =
            company.people.iter().filter(|person| person.manager.as_deref() == Some("m.boss")).count();
        assert!(reports >= 4, "{reports} people report to m.boss");
    }

    #[test]
    fn a_generated_company_has_its_size_fits_together_and_is_always_the_same() {
        let seed = Seed::named("generated:500x90").unwrap();
        let company = seed.load().unwrap();
        assert_eq!((company.people.len(), company.groups.len()), (500, 90));
        check(&company).unwrap();
        let digest = |company: &Company| serde_json::to_string(company).unwrap();
        assert_eq!(digest(&company), digest(&seed.load().unwrap()));
    }

    #[test]
    fn names_of_seeds_are_understood_or_refused() {
        assert_eq!(Seed::named("small-company").unwrap(), Seed::SmallCompany);
        assert_eq!(Seed::named("a/b.yaml").unwrap(), Seed::File("a/b.yaml".into()));
        assert!(matches!(Seed::named("smal-company"), Err(Error::SeedUnknown { .. })));
        for size in ["", "10", "10xten", "999999999x1"] {
            assert!(
                matches!(Seed::named(&format!("generated:{size}")), Err(Error::SeedSize { .. })),
                "{size}"
            );
        }
    }

    #[test]
    fn an_unknown_manager_is_named() {
        let text = SMALL_COMPANY.replace("manager: m.boss", "manager: nobody");
        let error = Seed::Text(text).load().unwrap_err();
        assert_eq!(error.to_string(), "the seed's `people.manager` names `nobody`, which is not in the seed");
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_named_with_its_application() {
        let text = SMALL_COMPANY.replace("BEGIN CERTIFICATE", "BEGIN CERTIFICATION");
        let error = Seed::Text(text).load().unwrap_err();
        let expected = "the seed's `azure_ad.apps.certificates` of `certificate` cannot be read: ";
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_place() {
        let text = SMALL_COMPANY.replace("founded:", "fonded:");
        let error = Seed::Text(text).load().unwrap_err();
        assert!(
            matches!(&error, Error::SeedMalformed { detail, place } if detail.contains("fonded") && place.starts_with("seed:6:")),
            "{error}"
        );
    }

    #[test]
    fn a_misspelled_role_is_refused_with_its_place() {
        for (right, wrong) in [
            ("role: Global Administrator, members", "role: Globl Administrator, members"),
            ("role: User Administrator, people", "role: User Administrater, people"),
            ("- role: Privileged Role Administrator", "- role: Privileged Role Admin"),
        ] {
            let text = SMALL_COMPANY.replacen(right, wrong, 1);
            let line = text.lines().position(|line| line.contains(wrong)).unwrap() + 1;
            let error = Seed::Text(text).load().unwrap_err().to_string();
            let name = wrong.split(": ").nth(1).unwrap().split(',').next().unwrap();
            assert!(error.starts_with(&format!("seed:{line}:")), "{error}");
            assert!(error.contains(&format!("`{name}` is no directory role that a tenant has")), "{error}");
        }
    }
}
