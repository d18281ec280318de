// Addresses of ours are relative to the page's. Where a proxy brings it without the last slash, as in /zoo, it gets one.
if (!location.pathname.endsWith('/')) {
  history.replaceState(history.state, '', `${location.pathname}/${location.search}${location.hash}`);
}
