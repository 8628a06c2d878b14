-- The database of lapse: version 5. The only schema; the program embeds this file.
--
-- The views at the end are the public interface. The tables behind them may change with the version.
-- What cannot be recomputed: nothing. Everything here comes from git and the rule set; deleting the
-- file costs the time of a scan.
--
-- Times are seconds since 1970 UTC. Levels: 0 info, 1 warning, 2 error. Commits and lineages are
-- numbered by the scan, through the whole database.

PRAGMA application_id = 1281454195; -- "Laps"
PRAGMA user_version = 5;

---- rule sets and results: a function of (blob, rule set), shared by all repositories ----

CREATE TABLE rule_set (
	id     INTEGER PRIMARY KEY, -- number of the rule set
	digest TEXT NOT NULL UNIQUE -- changes whenever the findings of a blob can change
) STRICT;

CREATE TABLE rule (
	rule_set       INTEGER NOT NULL REFERENCES rule_set (id), -- the rule set it belongs to
	idx            INTEGER NOT NULL, -- number of the rule in its rule set; hit.rule and others
	id             TEXT NOT NULL,    -- permanent slug: blocking-sleep
	category       TEXT NOT NULL,    -- slug of the family
	category_title TEXT NOT NULL,    -- the family in words
	title          TEXT NOT NULL,    -- one line
	level          INTEGER NOT NULL, -- the usual level; a hit may have another
	since          TEXT NOT NULL,    -- bumped when what the rule reports changes
	PRIMARY KEY (rule_set, idx)
) STRICT, WITHOUT ROWID;

-- Texts that repeat: paths, scopes, snippets, messages. Found by hash, since an index on the text
-- would store it twice.
CREATE TABLE text (
	id    INTEGER PRIMARY KEY, -- number of the text
	hash  INTEGER NOT NULL,    -- 64 bits of FNV-1a, see scan/base/hash.h
	value TEXT NOT NULL        -- the text
) STRICT;
CREATE INDEX text_by_hash ON text (hash);

CREATE TABLE blob (
	id            INTEGER PRIMARY KEY, -- number of the blob
	rule_set      INTEGER NOT NULL REFERENCES rule_set (id), -- the rules that the result is of
	oid           BLOB NOT NULL,       -- git's id, 20 bytes
	status        INTEGER NOT NULL,    -- 0 analysed, 1 partly (syntax errors), 2 skipped, 3 missing
	reason        INTEGER REFERENCES text (id), -- why skipped or missing; NULL for none
	bytes         INTEGER NOT NULL,    -- size
	lines         INTEGER NOT NULL,    -- line count
	unknown_bytes INTEGER NOT NULL,    -- size of what is under syntax errors
	async_defs    INTEGER NOT NULL,    -- async functions in it
	awaits        INTEGER NOT NULL,    -- await expressions in it
	UNIQUE (rule_set, oid)
) STRICT;
CREATE INDEX blob_missing ON blob (id) WHERE status = 3;

CREATE TABLE blob_unknown (
	blob  INTEGER NOT NULL REFERENCES blob (id), -- the blob
	first INTEGER NOT NULL, -- first line about which nothing is known
	last  INTEGER NOT NULL, -- last such line
	PRIMARY KEY (blob, first)
) STRICT, WITHOUT ROWID;

-- A finding in a blob.
CREATE TABLE hit (
	blob         INTEGER NOT NULL REFERENCES blob (id), -- the blob that shows it
	idx          INTEGER NOT NULL, -- number in the blob, by line, column and rule
	rule         INTEGER NOT NULL, -- rule.idx
	level        INTEGER NOT NULL, -- 0 info, 1 warning, 2 error
	suppressed   INTEGER NOT NULL, -- 1: a comment in the code silences it
	line         INTEGER NOT NULL, -- where it starts, from 1
	col          INTEGER NOT NULL, -- likewise, in characters
	end_line     INTEGER NOT NULL, -- where it ends
	end_col      INTEGER NOT NULL, -- likewise
	scope        INTEGER NOT NULL REFERENCES text (id), -- Class.method
	snippet      INTEGER NOT NULL REFERENCES text (id), -- first line of its source
	message      INTEGER NOT NULL REFERENCES text (id), -- what the rule says
	token_hash   INTEGER NOT NULL, -- identity: its normalised tokens
	callee_hash  INTEGER NOT NULL, -- identity: what it calls
	body_hash    INTEGER NOT NULL, -- identity: the function around
	before_hash  INTEGER NOT NULL, -- identity: the statements before
	after_hash   INTEGER NOT NULL, -- identity: the statements after
	sketch       BLOB NOT NULL,    -- identity: a sample of its tokens, see scan/base/record.h
	PRIMARY KEY (blob, idx)
) STRICT, WITHOUT ROWID;

---- repositories and commits ----

CREATE TABLE repo (
	id              INTEGER PRIMARY KEY,  -- number of the repository
	name            TEXT NOT NULL UNIQUE, -- as the views show it
	path            TEXT NOT NULL,        -- where it was scanned last
	url             TEXT NOT NULL,        -- of its remote, '' for none
	url_key         TEXT NOT NULL,        -- normalised: host/owner/name
	roots           TEXT NOT NULL,        -- ids of its commits without parents, sorted: its natural key, with url_key
	rule_set        INTEGER REFERENCES rule_set (id), -- its history was made under this one
	tip             INTEGER,              -- commit at the default ref's tip; NULL before a scan ended
	scanned         INTEGER NOT NULL,     -- hash of what the last scan was given: the same, nothing to do
	mailmap_hash    INTEGER NOT NULL,     -- of the mailmap that identity was made with
	levels_hash     INTEGER NOT NULL DEFAULT 0 -- of level_map: what the configuration said last
) STRICT;

-- Blobs of a repository's history.
CREATE TABLE repo_blob (
	repo INTEGER NOT NULL REFERENCES repo (id), -- the repository
	blob INTEGER NOT NULL REFERENCES blob (id), -- a blob of its history
	PRIMARY KEY (repo, blob)
) STRICT, WITHOUT ROWID;

-- Commits and trees that could not be read: tried again by every scan. Missing blobs stand in blob.
CREATE TABLE missing_object (
	repo INTEGER NOT NULL REFERENCES repo (id), -- the repository
	oid  BLOB NOT NULL,    -- git's id, 20 bytes
	kind INTEGER NOT NULL, -- 0 commit, 1 tree, 3 a tree too large to be followed
	PRIMARY KEY (repo, oid)
) STRICT, WITHOUT ROWID;

-- Names and addresses as commits have them, and what .mailmap makes of them.
CREATE TABLE identity (
	id           INTEGER PRIMARY KEY, -- number of the identity
	repo         INTEGER NOT NULL REFERENCES repo (id), -- mailmaps belong to repositories
	name         TEXT NOT NULL,       -- raw
	email        TEXT NOT NULL,       -- raw
	mapped_name  TEXT NOT NULL,       -- as the views show it
	mapped_email TEXT NOT NULL,       -- likewise
	is_bot       INTEGER NOT NULL,    -- 1: not a person
	is_mapped    INTEGER NOT NULL,    -- 0: the mailmap was not asked yet
	person       INTEGER NOT NULL,    -- first identity, by address and name, mapped to the same
	UNIQUE (repo, email, name)
) STRICT;

CREATE TABLE commit_info (
	id            INTEGER PRIMARY KEY, -- number of the commit, from the scan
	repo          INTEGER NOT NULL REFERENCES repo (id), -- forks have rows of their own
	oid           TEXT NOT NULL,       -- git's id, 40 hex digits
	author        INTEGER NOT NULL REFERENCES identity (id), -- not the committer
	authored_at   INTEGER NOT NULL,    -- author date
	committed_at  INTEGER NOT NULL,    -- committer date
	summary       TEXT NOT NULL,       -- first line of the message
	generation    INTEGER NOT NULL,    -- 1 + the largest of its parents: graph order
	is_shallow    INTEGER NOT NULL,    -- 1: it has parents that are not here
	picked_from   TEXT,                -- id of the commit it was cherry-picked from
	first_parent  INTEGER,             -- NULL: none, or not stored
	is_done       INTEGER NOT NULL,    -- 1: its history is stored
	open_total    INTEGER NOT NULL,    -- errors and warnings in its tree, not suppressed
	python_bytes  INTEGER NOT NULL,    -- of the Python files of its tree
	unknown_bytes INTEGER NOT NULL,    -- of these, what could not be analysed
	async_defs    INTEGER NOT NULL,    -- async functions in its tree
	awaits        INTEGER NOT NULL,    -- await expressions in its tree
	lines_added   INTEGER NOT NULL,    -- Python lines, against the first parent; 0 for merges
	lines_deleted INTEGER NOT NULL,    -- likewise
	introduced    INTEGER NOT NULL,    -- events that added errors or warnings
	fixed         INTEGER NOT NULL,    -- events that ended errors or warnings
	reachable     INTEGER NOT NULL,    -- 1: from a tracked ref; the others show in no view but coverage
	on_default    INTEGER NOT NULL,    -- 1: from the default ref
	position      INTEGER,             -- on the default ref's first-parent chain, 1 = oldest
	landed_at     INTEGER,             -- there: committer date made non-decreasing
	UNIQUE (oid, repo)
) STRICT;
CREATE INDEX commit_by_position ON commit_info (repo, position);

CREATE TABLE commit_parent (
	commit_id INTEGER NOT NULL REFERENCES commit_info (id), -- the child
	seq       INTEGER NOT NULL, -- 0: first parent
	parent    INTEGER,          -- its id; NULL: not stored
	oid       TEXT,             -- its git id when it is not stored
	PRIMARY KEY (commit_id, seq)
) STRICT, WITHOUT ROWID;

-- Who gets credit for a commit: its author (seq 0) and co-authors.
CREATE TABLE commit_author (
	commit_id INTEGER NOT NULL REFERENCES commit_info (id), -- the commit
	seq       INTEGER NOT NULL, -- 0 the author, then co-authors
	identity  INTEGER NOT NULL REFERENCES identity (id), -- who, as the commit has it
	PRIMARY KEY (commit_id, seq)
) STRICT, WITHOUT ROWID;

-- What .git-blame-ignore-revs lists: reformatting and the like.
CREATE TABLE ignored_commit (
	repo INTEGER NOT NULL REFERENCES repo (id), -- the repository
	oid  TEXT NOT NULL, -- git's id, 40 hex digits; maybe of no commit that is here
	PRIMARY KEY (repo, oid)
) STRICT, WITHOUT ROWID;

---- history ----

-- A finding through history.
CREATE TABLE lineage (
	id          INTEGER PRIMARY KEY, -- number of the lineage, from the scan
	repo        INTEGER NOT NULL REFERENCES repo (id), -- the repository
	key         TEXT NOT NULL,       -- the public `finding`, made of natural keys
	rule        INTEGER NOT NULL,    -- rule.idx
	commit_id   INTEGER NOT NULL REFERENCES commit_info (id), -- where it was first seen
	copied_from INTEGER,             -- lineage; NULL: not a copy
	canonical   INTEGER NOT NULL     -- the lineage kept by unions; itself when there was none
) STRICT;
CREATE UNIQUE INDEX lineage_by_key ON lineage (key, repo);
CREATE INDEX lineage_by_repo ON lineage (repo);
CREATE INDEX lineage_by_canonical ON lineage (canonical);

-- Lineages that a commit showed to be one. Those of reachable commits make lineage.canonical.
CREATE TABLE lineage_union (
	commit_id INTEGER NOT NULL REFERENCES commit_info (id), -- the merge that showed it
	kept      INTEGER NOT NULL REFERENCES lineage (id), -- before `merged` in graph order
	merged    INTEGER NOT NULL REFERENCES lineage (id), -- what it is from now on the same as
	PRIMARY KEY (commit_id, kept, merged)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
	commit_id   INTEGER NOT NULL REFERENCES commit_info (id), -- the commit that did it
	seq         INTEGER NOT NULL, -- order within the commit
	lineage     INTEGER NOT NULL REFERENCES lineage (id), -- what it did it to
	kind        INTEGER NOT NULL, -- enum event_kind; the view has the names
	step        INTEGER NOT NULL, -- enum match_step; likewise
	confidence  INTEGER NOT NULL, -- of the match, 0..1000
	path        INTEGER NOT NULL REFERENCES text (id), -- of endings: of the last version that had it
	blob        INTEGER NOT NULL REFERENCES blob (id), -- likewise
	hit         INTEGER NOT NULL, -- hit.idx in that blob
	reopen_hash INTEGER,          -- of endings: what the finding is known by when it comes back
	related     TEXT,             -- another commit: the fix that a merge undid, the pick's source
	PRIMARY KEY (commit_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_lineage ON event (lineage);
CREATE INDEX event_by_reopen ON event (reopen_hash) WHERE reopen_hash IS NOT NULL;

-- Where findings stand in the paths in which a commit differs from its first parent. A path that has
-- none (any more) has one row without lineage.
CREATE TABLE sighting (
	commit_id  INTEGER NOT NULL REFERENCES commit_info (id), -- the commit
	seq        INTEGER NOT NULL, -- order within the commit; rows of a path are together
	path       INTEGER NOT NULL REFERENCES text (id), -- the path that differs
	present    INTEGER NOT NULL, -- 0: no such file, or nothing found in it
	file       INTEGER,          -- the blob of the path in this commit; NULL: no such file
	lineage    INTEGER,          -- NULL: nothing found in it
	blob       INTEGER,          -- the blob that shows it: an older one when carried
	hit        INTEGER,          -- hit.idx in that blob
	carried    INTEGER NOT NULL, -- 1: under a syntax error, taken over from before
	step       INTEGER NOT NULL, -- how it was matched with the first parent that had it
	confidence INTEGER NOT NULL, -- of that match, 0..1000
	PRIMARY KEY (commit_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_lineage ON sighting (lineage) WHERE lineage IS NOT NULL;

-- How many findings a commit has more or fewer than its first parent.
CREATE TABLE count_delta (
	commit_id  INTEGER NOT NULL REFERENCES commit_info (id), -- the commit
	rule       INTEGER NOT NULL, -- rule.idx
	level      INTEGER NOT NULL, -- of the findings counted
	open       INTEGER NOT NULL, -- seen and not suppressed
	suppressed INTEGER NOT NULL, -- seen and suppressed
	unknown    INTEGER NOT NULL, -- hidden by syntax errors, carried forward
	introduced INTEGER NOT NULL, -- landed here
	fixed      INTEGER NOT NULL, -- likewise
	silenced   INTEGER NOT NULL, -- the part of fixed that was suppressed
	PRIMARY KEY (commit_id, rule, level)
) STRICT, WITHOUT ROWID;

---- levels of rules as a repository's configuration wants them: applied where levels are shown ----

-- Only what differs. Empty for most.
CREATE TABLE level_map (
	repo  INTEGER NOT NULL REFERENCES repo (id), -- the repository
	rule  INTEGER NOT NULL, -- rule.idx
	usual INTEGER NOT NULL, -- hit.level
	shown INTEGER NOT NULL, -- the level in its place; -1: the rule is off
	PRIMARY KEY (repo, rule, usual)
) STRICT, WITHOUT ROWID;

-- What commit_info counts, at these levels. Empty when level_map is.
CREATE TABLE commit_shown (
	commit_id  INTEGER PRIMARY KEY REFERENCES commit_info (id), -- the commit
	open_total INTEGER NOT NULL, -- errors and warnings in its tree, not suppressed
	introduced INTEGER NOT NULL, -- events that added errors or warnings
	fixed      INTEGER NOT NULL  -- events that ended errors or warnings
) STRICT;

---- the state at the tracked references: written anew when a scan ends ----

CREATE TABLE ref (
	id         INTEGER PRIMARY KEY, -- number of the reference
	repo       INTEGER NOT NULL REFERENCES repo (id), -- the repository
	name       TEXT NOT NULL,       -- full: refs/heads/main
	commit_id  INTEGER NOT NULL REFERENCES commit_info (id), -- its tip
	is_default INTEGER NOT NULL,    -- 1: trends and states are told of this one
	UNIQUE (repo, name)
) STRICT;

-- Findings in the tree of a reference's tip.
CREATE TABLE ref_finding (
	ref     INTEGER NOT NULL REFERENCES ref (id), -- the reference
	seq     INTEGER NOT NULL, -- order in the tree
	lineage INTEGER NOT NULL REFERENCES lineage (id), -- what stands there
	path    INTEGER NOT NULL REFERENCES text (id), -- where
	blob    INTEGER NOT NULL REFERENCES blob (id), -- the blob that shows it
	hit     INTEGER NOT NULL, -- hit.idx in that blob
	state   INTEGER NOT NULL, -- 0 open, 1 suppressed, 2 unknown
	PRIMARY KEY (ref, seq)
) STRICT, WITHOUT ROWID;

-- A finding of the reachable history, told from the default reference.
CREATE TABLE finding (
	lineage        INTEGER PRIMARY KEY REFERENCES lineage (id), -- the kept one of its union
	repo           INTEGER NOT NULL REFERENCES repo (id), -- the repository
	state          INTEGER NOT NULL, -- 0 open, 1 suppressed, 2 unknown, 3 fixed, 4 elsewhere
	path           INTEGER NOT NULL REFERENCES text (id), -- where it stands, or stood last
	blob           INTEGER NOT NULL REFERENCES blob (id), -- likewise
	hit            INTEGER NOT NULL, -- likewise
	first_seen     INTEGER NOT NULL REFERENCES commit_info (id), -- first in graph order
	introduced     INTEGER,          -- the same, NULL when history starts with it
	fixed          INTEGER,          -- last commit on the default ref that ended it
	times_reopened INTEGER NOT NULL  -- events of that kind
) STRICT;
CREATE INDEX finding_by_repo ON finding (repo, state);

-- Open findings along the default ref's first-parent chain, as runs of equal counts.
CREATE TABLE mainline_run (
	repo    INTEGER NOT NULL REFERENCES repo (id), -- the repository
	first   INTEGER NOT NULL, -- commit_info.position of the first commit of the run
	last    INTEGER NOT NULL, -- and of the last
	rule    INTEGER NOT NULL, -- rule.idx
	level   INTEGER NOT NULL, -- of the findings counted
	open    INTEGER NOT NULL, -- seen and not suppressed
	unknown INTEGER NOT NULL, -- hidden by syntax errors
	PRIMARY KEY (repo, first, rule, level)
) STRICT, WITHOUT ROWID;

-- The view trend, computed when a scan ends: every month, category and level of a repository.
CREATE TABLE trend_month (
	repo       INTEGER NOT NULL REFERENCES repo (id), -- the repository
	month      TEXT NOT NULL,    -- YYYY-MM
	category   TEXT NOT NULL,    -- slug of the family
	level      INTEGER NOT NULL, -- of the findings counted
	open       INTEGER NOT NULL, -- at its end, with unknown ones
	unknown    INTEGER NOT NULL, -- of these, carried under syntax errors
	introduced INTEGER NOT NULL, -- in the month
	fixed      INTEGER NOT NULL, -- in the month
	suppressed INTEGER NOT NULL, -- of fixed, silenced rather than mended
	PRIMARY KEY (repo, month, category, level)
) STRICT, WITHOUT ROWID;

---- public views ----
-- Times are UTC text, commit ids full hex, levels and states words. Every join goes along a unique
-- index in the direction of the query: all rows, one commit's, or one finding's.
-- Lines of three dashes are the dictionary of the views (store/views.h): `= names` are columns that
-- mean the same in all.

--- *: what these columns mean in every view
---   repo: name of the repository: host/owner/name, or its folder's name
---   finding: id of a finding through its history, for `lapse show`; made of natural keys only
---   rule: id of the rule: blocking-sleep
---   category: family of the rule: blocking, task, …; titles stand in `rules`
---   level: error, warning or info
---   path: file, from the root of the repository
---   line: line, from 1
---   scope: function around it: Class.method; '' at module level
---   snippet: first line of the code, at most 200 characters
---   commit_oid: id of the commit, 40 hex digits
---   at: committer date of the commit
---   authored_at: author date of the commit
---   author: author's name, by .mailmap
---   email: author's address, by .mailmap
---   is_bot: 1: not a person
---   summary: first line of the commit's message
---   python_lines_changed: Python lines added and deleted against the first parent; 0 for merges and
---     in rates also for commits that .git-blame-ignore-revs lists

--- findings: one row for each finding
---   = finding repo rule category level
---   state: on the default reference: open, suppressed, unknown (under a syntax error), fixed;
---     elsewhere: only on other tracked references
---   = path line scope snippet
---   introduced_commit: commit that brought it; NULL: there where the visible history begins
---   introduced_at: date of that
---   introduced_by: author of that
---   introduced_email: address of that author
---   fixed_commit: last commit on the default reference that ended it; may be set for what is
---     open again
---   fixed_at: date of that
---   fixed_by: author of that
---   fixed_email: address of that author
---   age_days: days from the first sight to the last commit of the default reference
---   times_reopened: how often it came back
---   copied_from: finding that it is a copy of
---   message: what the rule says
CREATE VIEW findings AS
SELECT
	k.key AS finding,
	r.name AS repo,
	u.id AS rule,
	u.category AS category,
	CASE coalesce(w.shown, h.level) WHEN 2 THEN 'error' WHEN 1 THEN 'warning'
		ELSE 'info' END AS level,
	-- On the default ref; 'elsewhere': only other tracked refs know it.
	CASE f.state WHEN 0 THEN 'open' WHEN 1 THEN 'suppressed' WHEN 2 THEN 'unknown'
		WHEN 3 THEN 'fixed' ELSE 'elsewhere' END AS state,
	p.value AS path,
	h.line AS line,
	sc.value AS scope,
	sn.value AS snippet,
	-- NULL when it was there where the visible history starts: introduced by nobody.
	ic.oid AS introduced_commit,
	strftime('%Y-%m-%dT%H:%M:%SZ', ic.committed_at, 'unixepoch') AS introduced_at,
	ii.mapped_name AS introduced_by,
	ii.mapped_email AS introduced_email,
	-- The last ending (fixed, removed, dropped_by_merge) on the default ref; also of findings that
	-- are there again: see state.
	fc.oid AS fixed_commit,
	strftime('%Y-%m-%dT%H:%M:%SZ', fc.committed_at, 'unixepoch') AS fixed_at,
	fi.mapped_name AS fixed_by,
	fi.mapped_email AS fixed_email,
	-- From the first sight to the default tip's date, in whole days.
	max(0, (t.committed_at - s.committed_at) / 86400) AS age_days,
	f.times_reopened AS times_reopened,
	ck.key AS copied_from,
	m.value AS message
FROM lineage k
	JOIN repo r ON r.id = k.repo
	JOIN finding f ON f.lineage = k.id
	JOIN rule u ON u.rule_set = r.rule_set AND u.idx = k.rule
	JOIN hit h ON h.blob = f.blob AND h.idx = f.hit
	JOIN text p ON p.id = f.path
	JOIN text sc ON sc.id = h.scope
	JOIN text sn ON sn.id = h.snippet
	JOIN text m ON m.id = h.message
	JOIN commit_info s ON s.id = f.first_seen
	LEFT JOIN commit_info t ON t.id = r.tip
	LEFT JOIN commit_info ic ON ic.id = f.introduced
	LEFT JOIN identity ii ON ii.id = ic.author
	LEFT JOIN commit_info fc ON fc.id = f.fixed
	LEFT JOIN identity fi ON fi.id = fc.author
	LEFT JOIN lineage cl ON cl.id = k.copied_from
	LEFT JOIN lineage ck ON ck.id = cl.canonical
	LEFT JOIN level_map w ON w.repo = r.id AND w.rule = u.idx AND w.usual = h.level
WHERE coalesce(w.shown, 0) >= 0;

--- events: one row for each thing that happened to a finding in a commit
---   = repo commit_oid at authored_at author email finding
---   kind: introduced, fixed, removed (with its function or file), suppressed, unsuppressed,
---     reopened, dropped_by_merge, resurrected_by_merge, history_start (already there where the
---     visible history begins)
---   = rule category level
---   path: file; of endings: of the last version that had it
---   line: line, likewise
---   snippet: first line of the code, likewise
---   step: how it was matched with the version before: new, same-blob, line, in-place, scope,
---     block, similar, across, carried
---   confidence: how sure that is, 0 to 1
---   related_commit: the fix that was undone, the commit it was cherry-picked from
---   = summary
CREATE VIEW events AS
SELECT
	r.name AS repo,
	c.oid AS commit_oid,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS at,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.authored_at, 'unixepoch') AS authored_at,
	i.mapped_name AS author,
	i.mapped_email AS email,
	k.key AS finding,
	CASE e.kind WHEN 0 THEN 'introduced' WHEN 1 THEN 'fixed' WHEN 2 THEN 'removed'
		WHEN 3 THEN 'suppressed' WHEN 4 THEN 'unsuppressed' WHEN 5 THEN 'reopened'
		WHEN 6 THEN 'dropped_by_merge' WHEN 7 THEN 'resurrected_by_merge'
		WHEN 8 THEN 'history_start' END AS kind,
	u.id AS rule,
	u.category AS category,
	CASE coalesce(w.shown, h.level) WHEN 2 THEN 'error' WHEN 1 THEN 'warning'
		ELSE 'info' END AS level,
	-- Endings tell the place in the last version that had the finding.
	p.value AS path,
	h.line AS line,
	sn.value AS snippet,
	-- How it was matched with the version before, and how sure that is (0..1).
	CASE e.step WHEN 0 THEN 'new' WHEN 1 THEN 'same-blob' WHEN 2 THEN 'line'
		WHEN 3 THEN 'in-place' WHEN 4 THEN 'scope' WHEN 5 THEN 'block'
		WHEN 6 THEN 'similar' WHEN 7 THEN 'across' WHEN 8 THEN 'carried' END AS step,
	e.confidence / 1000.0 AS confidence,
	coalesce(e.related, c.picked_from) AS related_commit,
	c.summary AS summary
FROM event e
	JOIN commit_info c ON c.id = e.commit_id
	JOIN repo r ON r.id = c.repo
	JOIN identity i ON i.id = c.author
	JOIN lineage l ON l.id = e.lineage
	JOIN lineage k ON k.id = l.canonical
	JOIN rule u ON u.rule_set = r.rule_set AND u.idx = l.rule
	JOIN hit h ON h.blob = e.blob AND h.idx = e.hit
	JOIN text p ON p.id = e.path
	JOIN text sn ON sn.id = h.snippet
	LEFT JOIN level_map w ON w.repo = r.id AND w.rule = u.idx AND w.usual = h.level
WHERE coalesce(w.shown, 0) >= 0 AND c.reachable;

--- regressions: the events that added a finding, as reopened and unsuppressed do, too
---   = repo commit_oid at authored_at author email finding
---   kind: as in events
---   = rule category level path line snippet
---   step: as in events
---   confidence: as in events
---   related_commit: as in events
---   = summary
CREATE VIEW regressions AS
SELECT * FROM events
WHERE kind IN ('introduced', 'reopened', 'resurrected_by_merge', 'unsuppressed');

--- commits: one row for each commit
---   = repo commit_oid author email
---   author_raw: author's name as the commit has it
---   email_raw: author's address as the commit has it
---   = authored_at
---   committed_at: committer date
---   = summary
---   parents: ids of the parents, the first one first, with blanks between
---   parent_count: how many: 2 and more are merges
---   on_mainline: 1: on the first-parent chain of the default reference
---   position: place on it, 1 = oldest; NULL elsewhere
---   landed_at: date by which the trend counts: never before that of the commit before
---   introduced: errors and warnings that it added
---   fixed: errors and warnings that it ended
---   landed: errors and warnings more than in the first parent's tree: sums exactly along the
---     mainline
---   open_total: errors and warnings in its tree, not suppressed
---   coverage: share of the tree's Python bytes that could be analysed, 0 to 1
---   = python_lines_changed
---   ignored: 1: listed in .git-blame-ignore-revs
---   python_bytes: size of the Python files of its tree
---   async_functions: async functions in its tree
---   awaits: await expressions in its tree
CREATE VIEW commits AS
SELECT
	r.name AS repo,
	c.oid AS commit_oid,
	i.mapped_name AS author,
	i.mapped_email AS email,
	i.name AS author_raw,
	i.email AS email_raw,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.authored_at, 'unixepoch') AS authored_at,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS committed_at,
	c.summary AS summary,
	-- Ids of the parents, the first one first, with blanks between: as git's %P.
	(SELECT coalesce(group_concat(oid, ' '), '') FROM (
		SELECT coalesce(p.oid, cp.oid) AS oid
		FROM commit_parent cp LEFT JOIN commit_info p ON p.id = cp.parent
		WHERE cp.commit_id = c.id ORDER BY cp.seq)) AS parents,
	(SELECT count(*) FROM commit_parent cp WHERE cp.commit_id = c.id) AS parent_count,
	c.position IS NOT NULL AS on_mainline,
	c.position AS position, -- there, 1 = oldest; NULL elsewhere
	-- The date by which the trend counts: there, never before the one of the commit before.
	strftime('%Y-%m-%dT%H:%M:%SZ', c.landed_at, 'unixepoch') AS landed_at,
	-- Events of errors and warnings that added one, and that ended one.
	coalesce(cs.introduced, c.introduced) AS introduced,
	coalesce(cs.fixed, c.fixed) AS fixed,
	-- Errors and warnings more than in the first parent's tree: sums exactly along the mainline.
	coalesce(cs.open_total, c.open_total)
		- coalesce(fs.open_total, fp.open_total, 0) AS landed,
	coalesce(cs.open_total, c.open_total) AS open_total,
	-- Share of the tree's Python bytes that could be analysed.
	CASE WHEN c.python_bytes = 0 THEN 1.0
		ELSE 1.0 - min(c.unknown_bytes, c.python_bytes) * 1.0 / c.python_bytes END AS coverage,
	c.lines_added + c.lines_deleted AS python_lines_changed,
	EXISTS (SELECT 1 FROM ignored_commit g WHERE g.repo = c.repo AND g.oid = c.oid) AS ignored,
	c.python_bytes AS python_bytes, -- of its tree, as the next two
	c.async_defs AS async_functions,
	c.awaits AS awaits
FROM commit_info c
	JOIN repo r ON r.id = c.repo
	JOIN identity i ON i.id = c.author
	LEFT JOIN commit_info fp ON fp.id = c.first_parent
	LEFT JOIN commit_shown cs ON cs.commit_id = c.id
	LEFT JOIN commit_shown fs ON fs.commit_id = fp.id
WHERE c.reachable;

--- mainline: one row for each first-parent commit of the default ref and rule with open findings
---   = repo
---   position: place, 1 = oldest
---   = commit_oid at rule category level
---   open: seen in its tree and not suppressed
---   unknown: hidden by syntax errors there, known from before
CREATE VIEW mainline AS
SELECT
	r.name AS repo,
	c.position AS position, -- 1 = oldest
	c.oid AS commit_oid,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS at,
	u.id AS rule,
	u.category AS category,
	CASE m.level WHEN 2 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END AS level,
	m.open AS open,       -- seen and not suppressed in its tree
	m.unknown AS unknown  -- hidden by syntax errors there, known from before
FROM mainline_run m
	JOIN repo r ON r.id = m.repo
	JOIN rule u ON u.rule_set = r.rule_set AND u.idx = m.rule
	JOIN commit_info c ON c.repo = m.repo AND c.position BETWEEN m.first AND m.last
WHERE m.open > 0;

-- Landed: along first parents of the default ref, by committer date made non-decreasing.
-- open = open of the month before + introduced - fixed. So open includes what is carried under
-- syntax errors; `unknown` says how many that are.
--- trend: one row for each month, category and level, along the default ref's first parents
---   = repo
---   month: YYYY-MM, every one from the first to the last
---   = category level
---   open: at the end of the month; that of the month before + introduced - fixed
---   introduced: landed in the month
---   fixed: ended in the month
---   suppressed: the part of fixed that was silenced rather than mended
---   unknown: the part of open that a syntax error hides
CREATE VIEW trend AS
SELECT
	r.name AS repo,
	t.month AS month,
	t.category AS category,
	CASE t.level WHEN 2 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END AS level,
	t.open AS open,
	t.introduced AS introduced,
	t.fixed AS fixed,
	t.suppressed AS suppressed, -- the part of fixed that was silenced rather than mended
	t.unknown AS unknown
FROM trend_month t JOIN repo r ON r.id = t.repo;

-- Each commit once for each person who gets credit for it: its author and co-authors. (Two addresses
-- of one person may both stand in a commit.)
--- credits: one row for each commit and person who gets credit for it: author and co-authors
---   = repo commit_oid at author email is_bot python_lines_changed
CREATE VIEW credits AS
SELECT
	r.name AS repo,
	c.oid AS commit_oid,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS at,
	i.mapped_name AS author,
	i.mapped_email AS email,
	i.is_bot AS is_bot,
	CASE WHEN EXISTS (SELECT 1 FROM ignored_commit g WHERE g.repo = c.repo AND g.oid = c.oid)
		THEN 0 ELSE c.lines_added + c.lines_deleted END AS python_lines_changed
FROM commit_info c
	JOIN repo r ON r.id = c.repo
	JOIN commit_author a ON a.commit_id = c.id
	JOIN identity i ON i.id = a.identity
WHERE c.reachable AND (a.seq = 0 OR NOT EXISTS (
	SELECT 1 FROM commit_author b JOIN identity j ON j.id = b.identity
	WHERE b.commit_id = a.commit_id AND b.seq < a.seq AND j.person = i.person));

-- Each event once for each person who gets credit for its commit, with the finding's state now.
--- contributions: one row for each event and person who gets credit for its commit
---   = repo commit_oid at author email is_bot finding
---   kind: as in events
---   = rule category level path
---   state: of the finding now, as in findings
CREATE VIEW contributions AS
SELECT
	r.name AS repo,
	c.oid AS commit_oid,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS at,
	i.mapped_name AS author,
	i.mapped_email AS email,
	i.is_bot AS is_bot,
	k.key AS finding,
	CASE e.kind WHEN 0 THEN 'introduced' WHEN 1 THEN 'fixed' WHEN 2 THEN 'removed'
		WHEN 3 THEN 'suppressed' WHEN 4 THEN 'unsuppressed' WHEN 5 THEN 'reopened'
		WHEN 6 THEN 'dropped_by_merge' WHEN 7 THEN 'resurrected_by_merge'
		WHEN 8 THEN 'history_start' END AS kind,
	u.id AS rule,
	u.category AS category,
	CASE coalesce(w.shown, h.level) WHEN 2 THEN 'error' WHEN 1 THEN 'warning'
		ELSE 'info' END AS level,
	p.value AS path,
	CASE f.state WHEN 0 THEN 'open' WHEN 1 THEN 'suppressed' WHEN 2 THEN 'unknown'
		WHEN 3 THEN 'fixed' WHEN 4 THEN 'elsewhere' END AS state
FROM event e
	JOIN commit_info c ON c.id = e.commit_id
	JOIN repo r ON r.id = c.repo
	JOIN lineage l ON l.id = e.lineage
	JOIN lineage k ON k.id = l.canonical
	JOIN rule u ON u.rule_set = r.rule_set AND u.idx = l.rule
	JOIN hit h ON h.blob = e.blob AND h.idx = e.hit
	JOIN text p ON p.id = e.path
	JOIN commit_author a ON a.commit_id = c.id
	JOIN identity i ON i.id = a.identity
	LEFT JOIN finding f ON f.lineage = l.canonical
	LEFT JOIN level_map w ON w.repo = r.id AND w.rule = u.idx AND w.usual = h.level
WHERE coalesce(w.shown, 0) >= 0 AND c.reachable AND (a.seq = 0 OR NOT EXISTS (
	SELECT 1 FROM commit_author b JOIN identity j ON j.id = b.identity
	WHERE b.commit_id = a.commit_id AND b.seq < a.seq AND j.person = i.person));

-- Authored: over the whole graph, distinct findings. Co-authors get full credit each. (No WITH here:
-- the guard of `lapse sql` takes the names of common tables for those of views.)
--- authors: one row for each author, category and level
---   = repo author email is_bot category level
---   introduced: distinct findings introduced or reopened, over all history
---   fixed: distinct findings fixed, removed or dropped by a merge
---   open: of those introduced: open on the default reference
---   python_lines_changed: of all commits of the author
---   introduced_per_kloc: introduced for each 1,000 of these lines
CREATE VIEW authors AS
SELECT
	r.name AS repo,
	i.mapped_name AS author,
	i.mapped_email AS email,
	i.is_bot AS is_bot,
	act.category AS category,
	CASE act.level WHEN 2 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END AS level,
	act.introduced AS introduced, -- distinct findings introduced or reopened
	act.fixed AS fixed,           -- distinct findings fixed, removed or dropped by a merge
	act.open AS open,             -- of those introduced: open on the default ref
	churn.lines AS python_lines_changed, -- of all commits of the author
	CASE WHEN churn.lines > 0 THEN act.introduced * 1000.0 / churn.lines
		END AS introduced_per_kloc
FROM (
	SELECT
		ai.person, u.category, coalesce(w.shown, h.level) AS level,
		count(DISTINCT CASE WHEN e.kind IN (0, 5) THEN l.canonical END) AS introduced,
		count(DISTINCT CASE WHEN e.kind IN (1, 2, 6) THEN l.canonical END) AS fixed,
		count(DISTINCT CASE WHEN e.kind IN (0, 5) AND f.state = 0
			THEN l.canonical END) AS open
	FROM event e
		JOIN commit_info c ON c.id = e.commit_id
		JOIN lineage l ON l.id = e.lineage
		JOIN repo ar ON ar.id = l.repo
		JOIN rule u ON u.rule_set = ar.rule_set AND u.idx = l.rule
		JOIN hit h ON h.blob = e.blob AND h.idx = e.hit
		JOIN commit_author a ON a.commit_id = e.commit_id
		JOIN identity ai ON ai.id = a.identity
		LEFT JOIN finding f ON f.lineage = l.canonical
		LEFT JOIN level_map w ON w.repo = ar.id AND w.rule = u.idx AND w.usual = h.level
	WHERE coalesce(w.shown, 0) >= 0 AND c.reachable AND e.kind IN (0, 1, 2, 5, 6)
	GROUP BY 1, 2, 3) AS act
	JOIN identity i ON i.id = act.person
	JOIN repo r ON r.id = i.repo
	JOIN (
		SELECT ci.person, sum(c.lines_added + c.lines_deleted) AS lines
		FROM commit_author a
			JOIN commit_info c ON c.id = a.commit_id
			JOIN identity ci ON ci.id = a.identity
		WHERE c.reachable AND NOT EXISTS (
			SELECT 1 FROM ignored_commit g WHERE g.repo = c.repo AND g.oid = c.oid)
		AND (a.seq = 0 OR NOT EXISTS (
			SELECT 1 FROM commit_author b JOIN identity j ON j.id = b.identity
			WHERE b.commit_id = a.commit_id AND b.seq < a.seq AND j.person = ci.person))
		GROUP BY ci.person) AS churn ON churn.person = act.person;

--- open_at_ref: one row for each finding at a tracked reference
---   = repo
---   ref: full name of the reference: refs/heads/main
---   = finding rule category level
---   state: open, suppressed or unknown
---   = path line scope
---   suppressed: 1: a comment silences it
CREATE VIEW open_at_ref AS
SELECT
	r.name AS repo,
	b.name AS ref,
	k.key AS finding,
	u.id AS rule,
	u.category AS category,
	CASE coalesce(w.shown, h.level) WHEN 2 THEN 'error' WHEN 1 THEN 'warning'
		ELSE 'info' END AS level,
	CASE o.state WHEN 0 THEN 'open' WHEN 1 THEN 'suppressed' ELSE 'unknown' END AS state,
	p.value AS path,
	h.line AS line,
	sc.value AS scope,
	h.suppressed AS suppressed
FROM ref b
	JOIN repo r ON r.id = b.repo
	JOIN ref_finding o ON o.ref = b.id
	JOIN lineage l ON l.id = o.lineage
	JOIN lineage k ON k.id = l.canonical
	JOIN rule u ON u.rule_set = r.rule_set AND u.idx = l.rule
	JOIN hit h ON h.blob = o.blob AND h.idx = o.hit
	JOIN text p ON p.id = o.path
	JOIN text sc ON sc.id = h.scope
	LEFT JOIN level_map w ON w.repo = r.id AND w.rule = u.idx AND w.usual = h.level
WHERE coalesce(w.shown, 0) >= 0;

-- The tracked references and what their tips have.
--- refs: one row for each tracked reference
---   = repo
---   ref: full name: refs/heads/main, refs/tags/v1.0
---   is_default: 1: the one that trends and states are told of
---   commit_oid: commit at its tip
---   = at
---   open_total: errors and warnings in its tree
CREATE VIEW refs AS
SELECT
	r.name AS repo,
	n.name AS ref, -- full: refs/heads/main
	n.is_default AS is_default,
	c.oid AS commit_oid,
	strftime('%Y-%m-%dT%H:%M:%SZ', c.committed_at, 'unixepoch') AS at,
	coalesce(cs.open_total, c.open_total) AS open_total -- errors and warnings in its tree
FROM ref n
	JOIN repo r ON r.id = n.repo
	JOIN commit_info c ON c.id = n.commit_id
	LEFT JOIN commit_shown cs ON cs.commit_id = c.id;

-- Of rule sets that differ, the one in which the rule is newest tells.
--- rules: one row for each rule
---   = rule category
---   category_title: the family in words
---   level: usual level; a finding may have another
---   title: what it is about
---   since: bumped when what the rule reports changes
CREATE VIEW rules AS
SELECT
	u.id AS rule,
	u.category AS category,
	u.category_title AS category_title,
	CASE u.level WHEN 2 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END AS level,
	u.title AS title,
	u.since AS since
FROM rule u
WHERE u.rule_set = (SELECT n.rule_set FROM rule n JOIN rule_set s ON s.id = n.rule_set
	WHERE n.id = u.id ORDER BY CAST(n.since AS INTEGER) DESC, s.digest DESC LIMIT 1);

-- Everything that was scanned, reachable or not.
--- coverage: one row for each repository: how much of it was scanned, reachable or not
---   = repo
---   commits: commits in its history
---   commits_done: of these: scanned
---   blobs: versions of Python files
---   blobs_partial: of these: with syntax errors
---   blobs_skipped: of these: not analysed
---   missing_objects: commits, trees and blobs that cannot be read
---   bytes: size of the versions
---   bytes_unknown: of this: under syntax errors, or skipped
CREATE VIEW coverage AS
SELECT
	r.name AS repo,
	(SELECT count(*) FROM commit_info c WHERE c.repo = r.id)
		+ (SELECT count(*) FROM missing_object m WHERE m.repo = r.id AND m.kind = 0) AS commits,
	(SELECT count(*) FROM commit_info c WHERE c.repo = r.id AND c.is_done) AS commits_done,
	count(b.id) AS blobs,
	count(b.id) FILTER (WHERE b.status = 1) AS blobs_partial,
	count(b.id) FILTER (WHERE b.status = 2) AS blobs_skipped,
	(SELECT count(*) FROM missing_object m WHERE m.repo = r.id)
		+ count(b.id) FILTER (WHERE b.status = 3) AS missing_objects,
	coalesce(sum(b.bytes), 0) AS bytes,
	-- Under syntax errors, or skipped.
	coalesce(sum(CASE b.status WHEN 2 THEN b.bytes ELSE b.unknown_bytes END), 0) AS bytes_unknown
FROM repo r
	LEFT JOIN repo_blob rb ON rb.repo = r.id
	LEFT JOIN blob b ON b.id = rb.blob
GROUP BY r.id;

-- The blobs of a repository's history by how far they could be analysed, and why not.
--- analysed: one row for each repository, status and reason
---   = repo
---   status: whole, partly, skipped or missing
---   reason: why not whole
---   blobs: versions of Python files
---   bytes: their size
---   bytes_unknown: of this: not analysed
CREATE VIEW analysed AS
SELECT
	r.name AS repo,
	CASE b.status WHEN 0 THEN 'whole' WHEN 1 THEN 'partly' WHEN 2 THEN 'skipped'
		ELSE 'missing' END AS status,
	CASE b.status WHEN 0 THEN '' WHEN 1 THEN 'syntax errors'
		ELSE coalesce(t.value, '') END AS reason,
	count(*) AS blobs,
	sum(b.bytes) AS bytes,
	sum(CASE b.status WHEN 2 THEN b.bytes ELSE b.unknown_bytes END) AS bytes_unknown
FROM repo r
	JOIN repo_blob rb ON rb.repo = r.id
	JOIN blob b ON b.id = rb.blob
	LEFT JOIN text t ON t.id = b.reason
GROUP BY r.id, 2, 3;
