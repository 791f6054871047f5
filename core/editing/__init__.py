"""The arrays behind the mask editor: what travels to the browser, contours, and what a click selects."""
