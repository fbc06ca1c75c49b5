// Mirador's colours and letters, from the tokens of the page, so that the viewer belongs to it.

/** Returns Mirador's theme for light or dark, made of the custom properties that hold at an element. */
export function themeFor(element, dark) {
  const style = getComputedStyle(element);
  const colour = (name, otherwise) => resolve(element, style.getPropertyValue(name).trim()) || otherwise;
  const paper = colour('--paper', dark ? '#1b1917' : '#fbf8f1');
  const deep = colour('--paper-deep', dark ? '#24211e' : '#f2ede2');
  const ink = colour('--ink', dark ? '#ece6da' : '#1c1a17');
  const soft = colour('--ink-soft', dark ? '#b0a799' : '#5c554b');
  const line = colour('--line', dark ? '#3b3631' : '#ddd5c5');
  const accent = colour('--accent', dark ? '#ff8163' : '#b8321a');
  const sans = style.getPropertyValue('--sans').trim() || 'system-ui, sans-serif';
  const serif = style.getPropertyValue('--serif').trim() || 'Georgia, serif';
  return {
    palette: {
      mode: dark ? 'dark' : 'light',
      primary: { main: accent },
      secondary: { main: accent },
      background: { default: paper, paper },
      text: { primary: ink, secondary: soft },
      shades: { dark: deep, main: paper, light: paper },
      notification: { main: accent },
      hitCounter: { default: line },
      highlights: { primary: dark ? '#8a6a00' : '#ffd24d', secondary: dark ? '#574a20' : '#ffefb8' },
      section_divider: line,
    },
    shape: { borderRadius: 2 },
    typography: {
      fontFamily: sans,
      button: { textTransform: 'none', letterSpacing: 0 },
      h2: { fontFamily: serif },
      h3: { fontFamily: serif },
      subtitle1: { fontWeight: 400 },
    },
    components: {
      MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
      MuiAppBar: { styleOverrides: { root: { boxShadow: 'none', borderBottom: `1px solid ${line}` } } },
    },
  };
}

/** Resolves light-dark() and the like into a colour that Material UI can reckon with. */
function resolve(element, value) {
  if (!value) return '';
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const seen = getComputedStyle(probe).color;
  probe.remove();
  return seen.startsWith('rgb') ? seen : '';
}
