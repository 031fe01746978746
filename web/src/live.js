// What a page with cells loads: their controls and what they do. The editor comes when a cell is touched, and
// Python when it is needed.
import { Page } from "./page.js";

const bar = document.querySelector(".live-bar");
const cells = [...document.querySelectorAll(".bd-article div.cell")].filter((cell) => cell.querySelector(".cell_input pre"));
if (bar) new Page(bar, cells);
