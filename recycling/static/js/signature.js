// A signature: the finger's way over the box, as strokes of whole numbers in a drawing of 600 by 200.

const box = document.querySelector("[data-signature]");
const field = document.getElementById(box?.dataset.signature);
const MOST = 20_000; // as much as the form takes

if (field) {
  const picture = box.querySelector("svg");
  const path = picture.querySelector("path");
  let drawing = "";
  let last = "";

  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const point = (event) => {
    const area = picture.getBoundingClientRect();
    const x = within(((event.clientX - area.left) / area.width) * 600, 600);
    const y = within(((event.clientY - area.top) / area.height) * 200, 200);
    return `${x} ${y}`;
  };
  const draw = (stroke) => {
    if (field.value.length + stroke.length > MOST) return;
    field.value += stroke;
    path.setAttribute("d", field.value);
  };

  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    drawing = point(event);
    last = drawing;
  });
  picture.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const here = point(event);
    if (here === last) return;
    draw(last === drawing ? `M${drawing}L${here}` : `L${here}`);
    last = here;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, () => {
      // A dot is a stroke too.
      if (drawing && last === drawing) draw(`M${drawing}L${drawing}`);
      drawing = "";
    });
  }
  box.querySelector("[data-again]").addEventListener("click", () => {
    field.value = "";
    path.setAttribute("d", "");
  });
  path.setAttribute("d", field.value);
  box.hidden = false;
}
