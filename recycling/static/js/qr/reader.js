// The QR codes in a picture. Rather none than a wrong one: what cannot be put right for certain is not told.

import { findersIn, triplesOf } from "./finders.js";
import { gridsFor, modulesUnder } from "./grid.js";
import { darkIn, greyOf, summed } from "./picture.js";
import { read } from "./symbol.js";
import { LAST_VERSION, sideOf } from "./versions.js";

// Ways of telling dark from light: for good light, for blur, for noise and for a code that fills the picture.
export const WAYS = [
  { part: 10, below: 0.9 },
  { part: 20, below: 0.97 },
  { part: 4, below: 0.98, softly: true },
];

// The versions that fit the distance of the squares: the nearest first.
const versionsFor = ({ corner, right, down }) => {
  // Across a square that is turned a row is longer than its side: by as much as the side is longer than its shadow.
  const far = (one, other) => {
    const [dx, dy] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
    return (dx * dx + dy * dy) / Math.max(dx, dy) / ((one.module + other.module) / 2);
  };
  const guess = ((far(corner, right) + far(corner, down)) / 2 + 7 - 17) / 4;
  const all = Array.from({ length: LAST_VERSION }, (_one, at) => at + 1);
  return all.filter((one) => Math.abs(one - guess) <= 1.3 + guess / 10).sort((one, other) => Math.abs(one - guess) - Math.abs(other - guess));
};

const readTriple = (picture, triple) => {
  for (const version of versionsFor(triple)) {
    for (const grid of gridsFor(picture, triple, version)) {
      const modules = modulesUnder(picture, grid, sideOf(version));
      const text = modules && read(modules, version);
      if (text) return text;
    }
  }
  return null;
};

const readIn = (picture) => {
  const found = [];
  const used = new Set();
  for (const triple of triplesOf(findersIn(picture))) {
    const corners = [triple.corner, triple.right, triple.down];
    if (corners.some((one) => used.has(one))) continue;
    const text = readTriple(picture, triple);
    if (!text) continue;
    corners.forEach((one) => used.add(one));
    found.push(text);
  }
  return found;
};

// `image` is an ImageData; the first way that finds a code ends the search.
export const codesIn = (image, ways = WAYS) => {
  const picture = greyOf(image);
  const sums = summed(picture);
  for (const way of ways) {
    const found = readIn(darkIn(picture, sums, way));
    if (found.length) return found;
  }
  return [];
};
