//! A company of any size, the same every time: the small company with people and groups added.
//!
//! Owns how the added ones are made. Every one of them is an ordinary entry of a seed.

use crate::error::Error;
use crate::seed::company::{Company, DirectoryGroup, GroupKind, Person, UserType};
use crate::seed::names::{GIVEN, SUBJECTS, SURNAMES, TITLES};

/// Most people and most groups of a generated company.
const SIZE_MAX: usize = 200_000;

/// How many people one manager leads.
const SPAN_OF_CONTROL: usize = 12;

/// How many groups of a company have many members rather than few.
const LARGE_GROUP_EVERY: usize = 50;
const LARGE_GROUP: usize = 200;
const SMALL_GROUP: usize = 8;

/// Size of a generated company, written `USERSxGROUPS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Accounts of people in the tenant, those of the small company included.
    pub users: usize,
    /// Groups of the tenant, those of the small company included.
    pub groups: usize,
}

impl Size {
    /// Reads `10000x1000`.
    ///
    /// # Errors
    /// `Error::SeedSize`.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let refused = |detail: &str| Error::SeedSize { name: text.to_owned(), detail: detail.to_owned() };
        let form = "write `generated:USERSxGROUPS`, such as `generated:10000x1000`";
        let (users, groups) = text.split_once('x').ok_or_else(|| refused(form))?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| refused(form));
        let size = Self { users: number(users)?, groups: number(groups)? };
        if size.users > SIZE_MAX || size.groups > SIZE_MAX {
            return Err(refused(&format!("{SIZE_MAX} is the most")));
        }
        Ok(size)
    }

    /// Adds to the company until it has this size. One that is larger stays as it is.
    pub(super) fn fill(self, mut company: Company) -> Company {
        // Pages as large as the service's own usual ones; the small company shows paging with small ones.
        company.azure_ad.delta_page_size = company.azure_ad.delta_page_size.max(100);
        let first = company.people.len();
        for index in 0..self.users.saturating_sub(first) {
            let person = person(&company, index);
            company.people.push(person);
        }
        let people: Vec<String> = company.people[first..].iter().map(|person| person.key.clone()).collect();
        for index in 0..self.groups.saturating_sub(company.groups.len()) {
            company.groups.push(group(index, &people));
        }
        company
    }
}

fn pick<T: Copy>(list: &[T], index: usize) -> Option<T> {
    (!list.is_empty()).then(|| list[index % list.len()])
}

fn person(company: &Company, index: usize) -> Person {
    let given = GIVEN[index % GIVEN.len()];
    // Another surname for every round of given names, and another order for every round of surnames.
    let surname = SURNAMES[(index / GIVEN.len() + index) % SURNAMES.len()];
    let number = index + 1;
    // The first people of all lead; everybody else has one of them above.
    let manager = (index >= SPAN_OF_CONTROL).then(|| key(index / SPAN_OF_CONTROL - 1));
    Person {
        key: key(index),
        name: format!("{given} {surname}"),
        upn: None,
        mail: None,
        department: pick(&company.departments.iter().collect::<Vec<_>>(), index).map(|it| it.key.clone()),
        office: pick(&company.offices.iter().collect::<Vec<_>>(), index / 3).map(|it| it.key.clone()),
        title: pick(&TITLES, index).map(str::to_owned),
        employee_type: Some(if index % 10 == 9 { "Contractor" } else { "Employee" }.to_owned()),
        employee_id: Some(format!("G{number:06}")),
        manager,
        enabled: index % 25 != 24,
        user_type: if index % 40 == 39 { UserType::Guest } else { UserType::Member },
        synced: index % 5 == 4,
    }
}

fn key(index: usize) -> String {
    let (given, surname) =
        (GIVEN[index % GIVEN.len()], SURNAMES[(index / GIVEN.len() + index) % SURNAMES.len()]);
    format!("{}.{}.{}", given.to_lowercase(), surname.to_lowercase(), index + 1)
}

fn group(index: usize, people: &[String]) -> DirectoryGroup {
    let size =
        if index.is_multiple_of(LARGE_GROUP_EVERY) { LARGE_GROUP } else { SMALL_GROUP }.min(people.len());
    // A step without a common factor with most sizes spreads the members over everybody.
    let members = (0..size).map(|member| people[(index * 37 + member * 101) % people.len()].clone());
    let mut members: Vec<String> = members.collect();
    members.sort();
    members.dedup();
    let subject = SUBJECTS[index % SUBJECTS.len()];
    DirectoryGroup {
        key: format!("generated-{}", index + 1),
        name: format!("{subject} {}", index + 1),
        description: Some(format!("{subject} number {} of a generated company", index + 1)),
        kind: if index % 4 == 3 { GroupKind::Microsoft365 } else { GroupKind::Security },
        owners: pick(&people.iter().collect::<Vec<_>>(), index).into_iter().cloned().collect(),
        members,
        role_assignable: false,
        rule: None,
    }
}
