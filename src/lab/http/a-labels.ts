// Host names as a TLS client says them. IIS keeps them as typed; what http.sys keeps of them is not established, so the
// lab's http.sys takes a name in Unicode and in A-labels for the same.

/** The name with each label in ASCII (`xn--...`), lower case. What no URL can hold stays as it is. */
export function aLabels(name: string): string {
  const url = `http://${name}/`;
  return /[^\p{ASCII}]/u.test(name) && URL.canParse(url) ? new URL(url).hostname : name.toLowerCase();
}
