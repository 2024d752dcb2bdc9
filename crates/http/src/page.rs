//! Walks over pages that the platform links together. Owns the bound and the check that a walk moves.

use drawbridge_sdk::{Answer, Error, Fault, Reader, Request, System, Target};

/// Most pages of one walk. At the smallest usual page, 100 objects, that is 100,000 objects.
pub const PAGES_MAX: usize = 1000;

/// A walk over pages, one read at a time.
pub struct Walk {
    next: Option<Request>,
    read: usize,
    limit: usize,
}

impl Walk {
    /// A walk that begins with this request and reads at most so many pages.
    #[must_use]
    pub fn new(first: Request, limit: usize) -> Self {
        Self { next: Some(first), read: 0, limit: limit.min(PAGES_MAX) }
    }

    /// The next page; none when the walk has ended.
    ///
    /// `link` finds the platform's link to the page after it.
    ///
    /// # Errors
    /// What the connection said; `Refused` CN010 when a page links to itself or the walk exceeds its bound.
    pub async fn page<S: System>(
        &mut self,
        reader: &Reader<'_, S>,
        link: impl FnOnce(&Answer) -> Option<String>,
    ) -> Result<Option<Answer>, Error> {
        let Some(request) = self.next.take() else { return Ok(None) };
        if self.read == self.limit {
            let summary = format!("a list of {} has more than {} pages", S::TITLE, self.limit);
            return Err(Error::refused("CN010", summary));
        }
        self.read += 1;
        let answer = reader.read(&request).await?;
        if let Some(link) = link(&answer) {
            if request.target == Target::Link(link.clone()) {
                let summary = format!("a page of a list of {} links to itself", S::TITLE);
                return Err(Error::Refused(Fault::new("CN010", summary)));
            }
            // Headers are not part of a link and are sent again on every page.
            self.next = Some(Request { headers: request.headers, ..Request::link(&link) });
        }
        Ok(Some(answer))
    }
}
