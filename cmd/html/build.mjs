// Puts the page together at build time: template, styles and scripts become one file, with a policy
// that lets exactly these scripts and styles run. The place of the data stays open for lapse.
//   node build.mjs FOLDER-WITH-node_modules > page.html
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const own = (name) => readFileSync(join(here, name), "utf8");
const uplot = (name) => readFileSync(join(process.argv[2], "node_modules", "uplot", "dist", name), "utf8");
const license = uplot("../LICENSE").replaceAll("--", "- -");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const style = "\n" + uplot("uPlot.min.css") + "\n" + own("style.css");
const script = "\n" + [uplot("uPlot.iife.min.js"), ...["data", "tables", "charts", "main"].map((n) => own(`${n}.js`))]
	.join("\n");
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;

if (/<\/(script|style)/i.test(script + style)) throw new Error("a script or style would end its element early");
const parts = { policy, style, script };
process.stdout.write(own("page.html").replace(/\{\{(\w+)\}\}/g, (all, name) => parts[name] ?? all));
process.stdout.write(`<!-- Charts: uPlot\n\n${license}-->\n`);
