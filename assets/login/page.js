/* SPDX-License-Identifier: ISC */
/*
 * What a page is better with, and works without: the password can be shown,
 * a form is sent once, and the one that answers a client sends itself.
 */
(function () {
	"use strict";

	var password = document.getElementById("password");
	var show = document.getElementById("show");
	var sent = null;	/* the button, once its form is on its way */

	function conceal(isHidden) {
		password.type = isHidden ? "password" : "text";
		show.setAttribute("aria-pressed", String(!isHidden));
	}

	/* Not disabled: a button that is loses the focus of whoever listens. */
	function busy(button, isBusy) {
		var text = button.getAttribute("data-busy");

		button.setAttribute("aria-disabled", String(isBusy));
		if (text !== null) {
			button.setAttribute("data-busy", button.textContent);
			button.textContent = text;
		}
	}

	function submitted(event) {
		if (sent !== null) {
			event.preventDefault();
			return;
		}
		if (password !== null)
			conceal(true);	/* or it would be kept as a text */
		sent = event.submitter ||
		    event.target.querySelector("button[type=submit]");
		busy(sent, true);
	}

	/*
	 * The reader came back, to a page that the browser had kept as it was:
	 * with its password, for whoever holds the phone now.
	 */
	function shown(event) {
		if (!event.persisted)
			return;
		if (password !== null) {
			password.value = "";
			conceal(true);
		}
		if (sent !== null)
			busy(sent, false);
		sent = null;
	}

	/* Going back to the page must not send it on again. */
	function isReturn() {
		var entry = performance.getEntriesByType("navigation")[0];

		return entry !== undefined && entry.type === "back_forward";
	}

	if (show !== null) {
		show.hidden = false;
		show.parentNode.classList.add("with-show");
		show.addEventListener("click", function () {
			conceal(password.type === "text");
		});
	}
	document.addEventListener("submit", submitted);
	window.addEventListener("pageshow", shown);

	var auto = document.querySelector("form[data-auto]");

	if (auto !== null && !isReturn())
		auto.submit();
}());
