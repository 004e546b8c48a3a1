// Before the first paint: the theme that was chosen here, if any. Otherwise the system's.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (localStorage.getItem('patterns') === 'on') document.documentElement.dataset.patterns = 'on'
} catch {
  // Storage is switched off: the system's theme it is.
}
