// At the desk: how many pieces leave, on the button while one decides; and the list on paper.

const form = document.getElementById("handover");
const shown = document.querySelector("[data-leaving]");

if (form && shown) {
  const leaving = (line) => {
    const number = line.querySelector("input[type=number]");
    if (number) return Math.min(Math.max(parseInt(number.value, 10) || 0, 0), Number(line.dataset.line));
    return line.querySelector("input[type=radio]:checked")?.value ? 0 : 1;
  };
  const count = () => {
    const pieces = [...form.querySelectorAll("[data-line]")].reduce((sum, line) => sum + leaving(line), 0);
    shown.textContent = `${pieces}/${form.dataset.pieces}`;
  };
  form.addEventListener("input", count);
  form.addEventListener("change", count);
  shown.hidden = false;
  count();
}

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
