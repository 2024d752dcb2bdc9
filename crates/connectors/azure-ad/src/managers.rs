//! The manager of a user, for every node that needs one. Tells a user without a manager from a user who
//! is not there; Graph answers 404 to both.

use drawbridge_sdk::{Error, Reader};

use crate::AzureAd;
use crate::wire::user::{self, User};

/// The manager, where there is one.
///
/// # Errors
/// `Refused` CN005 for a user who is not there.
///
/// Source: `docs/reference/microsoft-graph.md`, users: `GET …/manager` answers 404 without a manager.
pub(crate) async fn manager_of(tenant: &Reader<'_, AzureAd>, user: &str) -> Result<Option<User>, Error> {
    let answer = tenant.read(&user::manager(user)?).await?;
    if answer.status != 404 {
        return user::read(&answer).map(Some);
    }
    let answer = tenant.read(&user::get(user, &user::select(&[]))?).await?;
    if answer.status == 404 {
        return Err(user::unknown_user(user, &answer));
    }
    answer.ok().map(|_| None)
}
