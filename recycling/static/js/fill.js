// A page with one field for a code: what the camera or a hand scanner reads goes there, and the form is sent.

const field = document.querySelector("[data-scan]");

document.addEventListener("scanned", (event) => {
  event.preventDefault();
  field.value = event.detail;
  field.form.requestSubmit();
});
