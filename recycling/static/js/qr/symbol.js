// From modules to text, by the rules of the standard.

import { corrected } from "./galois.js";
import { textOf } from "./text.js";
import { blocksOf, sideOf, smallSquaresOf } from "./versions.js";

const LEVELS = ["M", "L", "H", "Q"]; // as the two bits of the format say it
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
const MOST_WRONG = 3; // bits of the format or the version that can be put right
const REGULAR = 0.8; // of the timing lines, which alternate

// The check bits of Bose, Chaudhuri and Hocquenghem after `value`.
const withCheck = (value, bits, generator) => {
  let rest = value;
  for (let at = 0; at < bits; at += 1) rest = (rest << 1) ^ ((rest >> (bits - 1)) * generator);
  return (value << bits) | rest;
};
const FORMATS = Array.from({ length: 32 }, (_one, value) => withCheck(value, 10, 0x537) ^ 0x5412);

const differing = (one, other) => {
  let [bits, number] = [one ^ other, 0];
  for (; bits; bits &= bits - 1) number += 1;
  return number;
};

const numberAt = (dark, length, place) => {
  let value = 0;
  for (let bit = 0; bit < length; bit += 1) value |= dark(...place(bit)) << bit;
  return value;
};

const formatOf = (dark, side) => {
  const near = (bit) => (bit < 6 ? [8, bit] : bit < 8 ? [8, bit + 1] : bit === 8 ? [7, 8] : [14 - bit, 8]);
  const far = (bit) => (bit < 8 ? [side - 1 - bit, 8] : [8, side - 15 + bit]);
  const read = [near, far].map((place) => numberAt(dark, 15, place));
  const wrong = FORMATS.map((format) => Math.min(...read.map((one) => differing(one, format))));
  const least = Math.min(...wrong);
  return least > MOST_WRONG ? null : wrong.indexOf(least);
};

// Codes from version 7 on say which one they are, twice.
const isVersion = (dark, side, version) => {
  if (version < 7) return true;
  const said = withCheck(version, 12, 0x1f25);
  const place = (bit) => [side - 11 + (bit % 3), Math.floor(bit / 3)];
  return [place, (bit) => place(bit).reverse()].some(
    (one) => differing(numberAt(dark, 18, one), said) <= MOST_WRONG,
  );
};

const isRegular = (dark, side) => {
  let right = 0;
  for (let at = 8; at < side - 8; at += 1) right += (dark(at, 6) !== at % 2) + (dark(6, at) !== at % 2);
  return right >= REGULAR * 2 * (side - 16);
};

// Whether a module belongs to the pattern of the code and not to what it says.
const patternOf = (version, side) => {
  const middles = smallSquaresOf(version);
  const last = middles.at(-1);
  const isCorner = (x, y) => (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
  const squares = middles.flatMap((x) => middles.filter((y) => !isCorner(x, y)).map((y) => [x, y]));
  return (x, y) =>
    (x < 9 && (y < 9 || y >= side - 8)) ||
    (x >= side - 8 && y < 9) ||
    x === 6 ||
    y === 6 ||
    (version >= 7 && ((x >= side - 11 && y < 6) || (y >= side - 11 && x < 6))) ||
    squares.some(([cx, cy]) => Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2);
};

// Two columns at a time from the right, upwards and downwards in turn.
const codewordsOf = (dark, version, side, mask) => {
  const isPattern = patternOf(version, side);
  const words = [];
  let [word, bits] = [0, 0];
  for (let right = side - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step += 1) {
      const y = up ? side - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (isPattern(x, y)) continue;
        word = (word << 1) | (dark(x, y) ^ (mask(x, y) ? 1 : 0));
        if (++bits % 8 === 0) {
          words.push(word);
          word = 0;
        }
      }
    }
  }
  return words;
};

// The blocks lie in the code word by word in turn, first their data, then their check words.
const dataIn = (words, version, level) => {
  const { blocks, correction, errors } = blocksOf(version, level, words.length);
  const apart = blocks.map(() => []);
  let at = 0;
  for (let place = 0; place < Math.max(...blocks); place += 1) {
    blocks.forEach((length, block) => place < length && apart[block].push(words[at++]));
  }
  for (let place = 0; place < correction; place += 1) apart.forEach((block) => block.push(words[at++]));
  if (!apart.every((block) => corrected(block, correction, errors))) return null;
  return apart.flatMap((block, number) => block.slice(0, blocks[number]));
};

// What the modules say, or null.
export const read = (modules, version) => {
  const side = sideOf(version);
  const dark = (x, y) => modules[y * side + x];
  if (!isRegular(dark, side) || !isVersion(dark, side, version)) return null;
  const format = formatOf(dark, side);
  if (format === null) return null;
  const data = dataIn(codewordsOf(dark, version, side, MASKS[format & 7]), version, LEVELS[format >> 3]);
  return data && textOf(data, version);
};
