// What a reader does with the page, in Chromium: node page.mjs ALL.html HIDDEN.html CHROMIUM; prints TAP.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [all, hidden] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath: process.argv[4],
	args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
let count = 0, failed = 0;

async function test(name, options, check) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	const complaints = [], requests = [];
	page.on("console", (m) => complaints.push(`${m.type()}: ${m.text()}`));
	page.on("pageerror", (e) => complaints.push(`error: ${e.message}`));
	page.on("request", (r) => r.url().startsWith("file:") || requests.push(r.url()));
	try {
		await page.goto(`file://${options.file ?? all}`);
		await check(page);
		equal(complaints.filter((c) => !options.expect?.test(c)), []);
		equal(requests, []);
		console.log(`ok ${++count} - page: ${name}`);
	} catch (e) {
		failed++;
		console.log(`not ok ${++count} - page: ${name}`);
		console.log(String(e.message).replaceAll(/^/gm, "# "));
	}
	await context.close();
}

function equal(got, wanted) {
	if (JSON.stringify(got) !== JSON.stringify(wanted))
		throw new Error(`got ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}

function ok(what, message) {
	if (!what) throw new Error(message);
}

// The search waits for the end of typing. (The page's policy forbids what waitForFunction does.)
async function until(condition) {
	for (let i = 0; i < 50; i++) {
		if (await condition()) return;
		await new Promise((done) => setTimeout(done, 40));
	}
	throw new Error(`never: ${condition}`);
}

const rows = (page, table) => page.locator(`#${table} tbody tr`).count();
const texts = (page, table, column) => page.locator(`#${table} tbody td:nth-child(${column})`).allInnerTexts();
const painted = (page, chart) => page.evaluate((id) => {
	const canvas = document.querySelector(`#${id} canvas`);
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	return new Set(new Uint32Array(data.buffer)).size;
}, chart);

await test("charts are drawn, each with a table", {}, async (page) => {
	for (const chart of ["trend-chart", "flow-chart", "life-chart"])
		ok(await painted(page, chart) > 3, `${chart} is empty`);
	for (const table of ["trend-table", "flow-table", "life-table"])
		ok(await rows(page, table) > 0, `${table} is empty`);
});

await test("headline numbers are those of the tables", {}, async (page) => {
	const states = await texts(page, "open-table", 9);
	const tile = await page.locator(".tile b").first().innerText();
	equal(tile, String(states.filter((s) => s === "open").length));
});

await test("filters", {}, async (page) => {
	const before = await rows(page, "open-table");
	await page.selectOption("#level", "2");
	const levels = await texts(page, "open-table", 1);
	ok(levels.length > 0 && levels.length < before, "the level changes nothing");
	ok(levels.every((l) => l === "error"), levels.join());
	await page.selectOption("#level", "0");
	await page.selectOption("#category", "task");
	const rules = await texts(page, "open-table", 2);
	ok(rules.length > 0 && rules.every((r) => r.startsWith("task-") || r.startsWith("async-") ||
		r.startsWith("scope-")), rules.join());
	await page.selectOption("#category", "");
	await page.selectOption("#repo", { index: 1 });
	ok(await rows(page, "open-table") < before, "the repository changes nothing");
});

await test("search", {}, async (page) => {
	await page.fill("#search", "app.py create_task");
	await until(async () => await rows(page, "open-table") === 1);
	await page.fill("#search", "no such text");
	await until(async () => await page.locator("#open-table").innerText() === "Nothing to show.");
});

await test("headers sort, by keyboard too", {}, async (page) => {
	const button = page.locator("#open-table th button", { hasText: "Age" });
	await button.focus();
	await page.keyboard.press("Enter");
	const numbers = async () => (await texts(page, "open-table", 6)).map((t) => +t.replaceAll(",", ""));
	const falling = await numbers();
	equal(falling, [...falling].sort((a, b) => b - a));
	await page.keyboard.press("Enter"); // the focus stays on the header
	equal(await numbers(), [...falling].reverse());
	equal(await page.locator("#open-table th[aria-sort=ascending]").count(), 1);
});

await test("links lead to the hosting site and to the rule", {}, async (page) => {
	const hrefs = await page.locator("#open-table td a").evaluateAll((as) => as.map((a) => a.getAttribute("href")));
	ok(hrefs.some((h) => /^https:\/\/github\.com\/example\/shop\/blob\/[0-9a-f]{40}\/.+#L\d+$/.test(h)), hrefs.join());
	ok(hrefs.some((h) => /^https:\/\/github\.com\/example\/shop\/commit\/[0-9a-f]{12}$/.test(h)), hrefs.join());
	ok(hrefs.every((h) => h.startsWith("https://github.com/") || h.startsWith("#rule-")), hrefs.join());
	await page.locator("#open-table a[href='#rule-blocking-sleep']").first().click();
	ok(await page.locator("#rule-blocking-sleep").evaluate((d) => d.open), "the rule stays closed");
});

await test("hostile names, paths, messages and code do nothing", {}, async (page) => {
	await page.waitForSelector("#open-table table");
	equal(await page.evaluate(() => window.pwned ?? null), null);
	equal(await page.locator("main script, main img, main svg").count(), 0);
	ok((await texts(page, "open-table", 3)).some((t) => t.includes("<script>")), "the path is not shown as it is");
	equal(await page.locator("a[href^='javascript']").count(), 0);
});

await test("the policy stops scripts that were not part of the page",
	{ expect: /Content Security Policy/ }, async (page) => {
	const text = readFileSync(all, "utf8");
	ok(/default-src 'none'/.test(text) && !/unsafe-inline|unsafe-eval/.test(text), "no strict policy");
	ok(!/\son[a-z]+="/.test(text.slice(0, text.indexOf("<script type"))), "inline event handlers");
	await page.evaluate(() => {
		const script = document.createElement("script");
		script.textContent = "window.pwned = 7";
		document.body.append(script);
	});
	equal(await page.evaluate(() => window.pwned ?? null), null);
});

await test("dark and light", { colorScheme: "dark" }, async (page) => {
	const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const dark = await back();
	await page.click("#theme");
	ok(await back() !== dark, "the button changes nothing");
	ok(await painted(page, "trend-chart") > 3, "no chart in the other theme");
});

await test("a telephone needs no scrolling sideways", { viewport: { width: 390, height: 844 } }, async (page) => {
	equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
});

await test("pseudonyms", { file: hidden }, async (page) => {
	const people = await texts(page, "people-table", 1);
	ok(people.length > 1 && people.every((p) => /^person-[0-9a-f]{6}( \(bot\))?$/.test(p)), people.join());
	ok(!readFileSync(hidden, "utf8").includes("Mallory"), "a name is in the page");
});

await browser.close();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
