// The figures by name. load.js imports this file when the first of them comes near.
import { mount } from "./base.js";
import bills from "./bills.js";
import bumps from "./bumps.js";
import kraft from "./kraft.js";
import narrowing from "./narrowing.js";
import race from "./race.js";
import scores from "./scores.js";
import simplex from "./simplex.js";
import surprise from "./surprise.js";
import tangent from "./tangent.js";

const figures = { bills, bumps, kraft, narrowing, race, scores, simplex, surprise, tangent };

export const start = (host) => mount(host, figures[host.dataset.figure], JSON.parse(host.dataset.values));
