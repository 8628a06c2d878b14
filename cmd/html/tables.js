// Tables that sort by their headers and show more rows when asked. All text goes in as text.
"use strict";

const ROWS_AT_ONCE = 25;

function element(name, attributes, ...children) {
	const e = document.createElement(name);
	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (key === "class") e.className = value;
		else e.setAttribute(key, value);
	}
	e.append(...children.filter((c) => c !== null && c !== undefined));
	return e;
}

const format = new Intl.NumberFormat("en");
const number = (n) => n === null || n === undefined ? "" : format.format(n);
const percent = (x) => x === null || x === undefined ? "" : (x * 100).toFixed(1) + " %";
const dayOf = (at) => (at ?? "").slice(0, 10);

// Only web addresses become links.
function link(url, text, title) {
	if (!url || !/^https?:\/\//.test(url)) return document.createTextNode(text);
	return element("a", { href: url, rel: "noopener noreferrer", title: title ?? "" }, text);
}

function commitLink(repo, oid) {
	const base = repos.get(repo)?.commit_url;
	return oid ? link(base && base.replace("{commit}", oid), oid.slice(0, 10), oid) : "";
}

function fileLink(repo, path, line) {
	const base = repos.get(repo)?.file_url;
	const parts = path.split("/").map(encodeURIComponent).join("/");
	return link(base && base.replace("{path}", () => parts).replace("{line}", line), `${path}:${line}`);
}

function ruleLink(id) {
	return rules.has(id) ? element("a", { href: `#rule-${id}`, title: rules.get(id).title }, id) : id;
}

const levelCell = (level) => element("span", { class: `level-${level}` }, level);

function barCell(value, most) {
	const bar = element("span", { class: "bar", "aria-hidden": "true" });
	bar.style.width = `${most > 0 ? 6 * value / most : 0}em`;
	return [number(value), bar];
}

function compare(a, b) {
	if (a === b) return 0;
	if (a === null || a === undefined) return -1;
	if (b === null || b === undefined) return 1;
	return a < b ? -1 : 1;
}

// columns: {name, of: row => value to sort by, show?: row => what to show, class?}
class Table {
	constructor(place, caption, columns, sorted, descending = true) {
		this.columns = columns;
		this.sorted = sorted;
		this.descending = descending;
		this.limit = ROWS_AT_ONCE;
		this.caption = caption;
		this.place = document.getElementById(place);
	}

	show(rows) {
		this.rows = rows;
		this.limit = ROWS_AT_ONCE;
		this.draw();
	}

	sortBy(index) {
		this.descending = this.sorted === index ? !this.descending : this.columns[index].class === "number";
		this.sorted = index;
		this.draw();
		this.place.querySelectorAll("th button")[index].focus();
	}

	header(column, index) {
		const button = element("button", { type: "button" },
			column.name + (this.sorted === index ? this.descending ? " ▾" : " ▴" : ""));
		const direction = this.descending ? "descending" : "ascending";
		button.addEventListener("click", () => this.sortBy(index));
		return element("th", { scope: "col", class: column.class ?? "",
			"aria-sort": this.sorted === index ? direction : "none" }, button);
	}

	cell(column, row) {
		const shown = column.show ? column.show(row) : column.of(row);
		const value = column.class === "number" && typeof shown === "number" ? number(shown) : shown;
		return element("td", { class: column.class ?? "" }, ...[value ?? ""].flat());
	}

	draw() {
		const { of } = this.columns[this.sorted];
		const sign = this.descending ? -1 : 1;
		const rows = [...this.rows].sort((a, b) => sign * compare(of(a), of(b)));
		const head = element("tr", null, ...this.columns.map((c, i) => this.header(c, i)));
		const body = rows.slice(0, this.limit)
			.map((row) => element("tr", null, ...this.columns.map((c) => this.cell(c, row))));
		const table = element("table", { "aria-label": this.caption },
			element("thead", null, head), element("tbody", null, ...body));
		this.place.replaceChildren(rows.length
			? element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.caption }, table)
			: element("p", { class: "quiet" }, "Nothing to show."));
		if (rows.length > this.limit) this.place.append(this.moreButton(rows.length));
	}

	moreButton(total) {
		const button = element("button", { type: "button", class: "more" },
			`Show more: ${number(this.limit)} of ${number(total)} are shown`);
		button.addEventListener("click", () => {
			this.limit = this.limit * 4;
			this.draw();
		});
		return element("p", null, button);
	}
}
