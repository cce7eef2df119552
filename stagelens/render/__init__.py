"""From a reading to something to look at: HTML, the terminal. The only place that escapes."""
