// The three squares in the corners of a QR code. Whatever line goes through the middle of one of them crosses dark, light, dark,
// light and dark in the proportion 1 : 1 : 3 : 1 : 1, however the code is turned.

const MOST = 14; // squares that are looked at; three codes and something that looks like one
const MOST_TRIPLES = 16;
const NARROWEST = 12; // modules between two middles: 14 in the smallest code, less when it is tilted
const WIDEST = 62; // 50 in version 10

const fits = (runs) => {
  const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
  if (total < 7) return false;
  const module = total / 7;
  const slack = 0.45 * module + 0.6;
  return runs.every((run, place) => Math.abs(run - (place === 2 ? 3 : 1) * module) <= (place === 2 ? 2 : 1) * slack);
};

// The five runs through a dark point, along a row (dx 1) or a column (dy 1), and where the middle of the third one is.
const through = ({ bits, width, height }, x, y, dx, dy) => {
  const dark = (step) => {
    const [at, row] = [x + step * dx, y + step * dy];
    return at < 0 || row < 0 || at >= width || row >= height ? -1 : bits[row * width + at];
  };
  const side = (way) => {
    let step = way;
    const runs = [0, 0, 0];
    for (let run = 0; run < 3; run += 1) {
      while (dark(step) === (run === 1 ? 0 : 1)) {
        runs[run] += 1;
        step += way;
      }
    }
    return runs;
  };
  if (dark(0) !== 1) return null;
  const [before, after] = [side(-1), side(1)];
  const runs = [before[2], before[1], before[0] + 1 + after[0], after[1], after[2]];
  if (!fits(runs)) return null;
  return { middle: (dx ? x : y) + (after[0] - before[0]) / 2, module: runs.reduce((sum, run) => sum + run, 0) / 7 };
};

const checked = (picture, x, y) => {
  const down = through(picture, x, y, 0, 1);
  const across = down && through(picture, x, Math.round(down.middle), 1, 0);
  if (!across || Math.max(down.module, across.module) > 2 * Math.min(down.module, across.module)) return null;
  return { x: across.middle + 0.5, y: down.middle + 0.5, module: (down.module + across.module) / 2, seen: 1 };
};

const add = (found, one) => {
  const near = found.find((other) => Math.hypot(one.x - other.x, one.y - other.y) < 2 * other.module);
  if (!near) {
    found.push(one);
    return;
  }
  for (const key of ["x", "y", "module"]) near[key] = (near[key] * near.seen + one[key]) / (near.seen + 1);
  near.seen += 1;
};

export const findersIn = (picture) => {
  const { bits, width, height } = picture;
  const found = [];
  for (let y = 1; y < height; y += 2) {
    const runs = [0, 0, 0, 0, 0]; // the last five, the newest last
    let colour = 0;
    for (let x = 0; x <= width; x += 1) {
      const now = x < width ? bits[y * width + x] : 1 - colour;
      if (now === colour) {
        runs[4] += 1;
        continue;
      }
      if (colour === 1 && runs[0] && fits(runs)) {
        const one = checked(picture, Math.round(x - runs[4] - runs[3] - runs[2] / 2), y);
        if (one) add(found, one);
      }
      runs.shift();
      runs.push(1);
      colour = now;
    }
  }
  return found.filter((one) => one.seen > 1).sort((one, other) => other.seen - one.seen).slice(0, MOST);
};

// Three squares that may be the corners of one code, as {corner, right, down}: the likeliest first.
export const triplesOf = (finders) => {
  const triples = [];
  for (let one = 0; one < finders.length; one += 1) {
    for (let two = one + 1; two < finders.length; two += 1) {
      for (let three = two + 1; three < finders.length; three += 1) {
        const triple = asCorners(finders[one], finders[two], finders[three]);
        if (triple) triples.push(triple);
      }
    }
  }
  return triples.sort((one, other) => one.doubt - other.doubt).slice(0, MOST_TRIPLES);
};

const asCorners = (...three) => {
  const modules = three.map((one) => one.module);
  const spread = Math.max(...modules) / Math.min(...modules);
  if (spread > 2.2) return null;
  const far = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
  // The corner is opposite to the longest side.
  const [corner, one, other] = [0, 1, 2]
    .map((place) => [three[place], three[(place + 1) % 3], three[(place + 2) % 3]])
    .reduce((best, now) => (far(now[1], now[2]) > far(best[1], best[2]) ? now : best));
  const sides = [far(corner, one), far(corner, other)];
  const module = (modules[0] + modules[1] + modules[2]) / 3;
  if (Math.min(...sides) < (NARROWEST / 1.6) * module || Math.max(...sides) > WIDEST * 1.3 * module) return null;
  const uneven = Math.max(...sides) / Math.min(...sides);
  const [ax, ay, bx, by] = [one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y];
  const cosine = Math.abs(ax * bx + ay * by) / (sides[0] * sides[1]);
  if (uneven > 2 || cosine > 0.6) return null;
  const doubt = Math.log(spread) + Math.log(uneven) + cosine;
  return ax * by - ay * bx > 0 ? { corner, right: one, down: other, doubt } : { corner, right: other, down: one, doubt };
};
