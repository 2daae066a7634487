// From a picture to modules: the code lies somehow in space, so a grid in perspective is laid over it. It hangs on the middles
// of the three squares and, where the code has one, of the small square near the fourth corner.

import { sideOf } from "./versions.js";

const STEPS = 18; // half modules around the guess, in which the small square is looked for
const LIKE_IT = 22; // of its 25 modules
const GUESSES = 4;

// The 3 x 3 matrix that takes the unit square to these four points (clockwise from the origin).
const fromSquare = ([one, two, three, four]) => {
  const [dx1, dy1, dx2, dy2] = [two.x - three.x, two.y - three.y, four.x - three.x, four.y - three.y];
  const [sx, sy] = [one.x - two.x + three.x - four.x, one.y - two.y + three.y - four.y];
  const whole = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole];
  return [
    two.x - one.x + g * two.x, four.x - one.x + h * four.x, one.x,
    two.y - one.y + g * two.y, four.y - one.y + h * four.y, one.y,
    g, h, 1,
  ];
};
// Its inverse but for a factor, which a perspective does not feel.
const backwards = ([a, b, c, d, e, f, g, h, i]) => [
  e * i - f * h, c * h - b * i, b * f - c * e,
  f * g - d * i, a * i - c * g, c * d - a * f,
  d * h - e * g, b * g - a * h, a * e - b * d,
];
const times = (one, other) =>
  one.map((_value, at) => {
    const [row, column] = [at - (at % 3), at % 3];
    return one[row] * other[column] + one[row + 1] * other[3 + column] + one[row + 2] * other[6 + column];
  });
const through = (m, x, y) => {
  const depth = m[6] * x + m[7] * y + m[8];
  return { x: (m[0] * x + m[1] * y + m[2]) / depth, y: (m[3] * x + m[4] * y + m[5]) / depth };
};
const darkAt = ({ bits, width, height }, { x, y }) =>
  x >= 0 && y >= 0 && x < width && y < height ? bits[Math.floor(y) * width + Math.floor(x)] : -1;

const cornersAt = (side, last) =>
  backwards(
    fromSquare([{ x: 3.5, y: 3.5 }, { x: side - 3.5, y: 3.5 }, { x: last, y: last }, { x: 3.5, y: side - 3.5 }]),
  );

// How much the picture looks like the small square (dark, light, dark) around the module at `place`.
const likeness = (picture, matrix, place) => {
  let like = 0;
  for (let row = -2; row <= 2; row += 1) {
    for (let column = -2; column <= 2; column += 1) {
      const dark = Math.max(Math.abs(row), Math.abs(column)) === 1 ? 0 : 1;
      if (darkAt(picture, through(matrix, place + column, place + row)) === dark) like += 1;
    }
  }
  return like;
};

// Where the small square may be: the likeliest first.
const smallSquares = (picture, { corner, right, down }, side, guess) => {
  const back = cornersAt(side, side - 6.5);
  const [across, along] = [right, down].map((one) => ({
    x: (one.x - corner.x) / (side - 7) / 2,
    y: (one.y - corner.y) / (side - 7) / 2,
  }));
  const found = [];
  for (let row = -STEPS; row <= STEPS; row += 1) {
    for (let column = -STEPS; column <= STEPS; column += 1) {
      const at = { x: guess.x + column * across.x + row * along.x, y: guess.y + column * across.y + row * along.y };
      const matrix = times(fromSquare([corner, right, at, down]), back);
      const like = likeness(picture, matrix, side - 6.5);
      if (like >= LIKE_IT) found.push({ ...at, row, column, like });
    }
  }
  found.sort((one, other) => other.like - one.like || Math.hypot(one.row, one.column) - Math.hypot(other.row, other.column));
  const near = (one, other, steps) => Math.hypot(one.row - other.row, one.column - other.column) <= steps;
  const apart = [];
  for (const one of found) if (apart.every((other) => !near(one, other, 4))) apart.push(one);
  return apart.slice(0, GUESSES).map((one) => {
    const around = found.filter((other) => near(one, other, 2) && other.like >= one.like - 1);
    const mean = (key) => around.reduce((sum, other) => sum + other[key], 0) / around.length;
    return { x: mean("x"), y: mean("y") };
  });
};

// What is farther away is smaller: the depth of each square by its size, and from there where the fourth corner must be.
const fourthOf = ({ corner, right, down }) => {
  const depth = (one) => (corner.module / one.module) ** (2 / 3);
  const whole = depth(right) + depth(down) - 1;
  const along = (key) => (depth(right) * right[key] + depth(down) * down[key] - corner[key]) / whole;
  return { x: along("x"), y: along("y") };
};

// The grids that may lie over this triple, as matrices from modules to pixels, for one version.
export const gridsFor = (picture, triple, version) => {
  const { corner, right, down } = triple;
  const side = sideOf(version);
  const fourth = fourthOf(triple);
  const flat = times(fromSquare([corner, right, fourth, down]), cornersAt(side, side - 3.5));
  if (version === 1) return [flat];
  const back = cornersAt(side, side - 6.5);
  const small = smallSquares(picture, triple, side, through(flat, side - 6.5, side - 6.5));
  return [...small.map((at) => times(fromSquare([corner, right, at, down]), back)), flat];
};

const AROUND = [[0, 0], [-0.2, -0.2], [0.2, -0.2], [-0.2, 0.2], [0.2, 0.2]];

// The modules under the grid, row by row, each by the majority of five points; null where the grid leaves the picture.
export const modulesUnder = (picture, matrix, side) => {
  const modules = new Uint8Array(side * side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      let dark = 0;
      for (const [dx, dy] of AROUND) {
        const level = darkAt(picture, through(matrix, column + 0.5 + dx, row + 0.5 + dy));
        if (level < 0) return null;
        dark += level;
      }
      modules[row * side + column] = dark > 2 ? 1 : 0;
    }
  }
  return modules;
};
