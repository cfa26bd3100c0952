/**
 * The part of the DOM that Observable Plot needs to build an SVG tree outside a browser: elements with attributes, style,
 * children and events that never fire. The tree is written out as text; nothing is laid out or measured.
 */

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!);
const voidElements = new Set(["br", "hr", "img", "input", "meta", "link"]);

abstract class ShimNode {
  parentNode: ShimElement | null = null;
  readonly ownerDocument: ShimDocument;
  constructor(ownerDocument: ShimDocument) {
    this.ownerDocument = ownerDocument;
  }
  abstract get outerHTML(): string;
  abstract get textContent(): string;
  get parentElement(): ShimElement | null {
    return this.parentNode;
  }
  remove(): void {
    this.parentNode?.removeChild(this);
  }
  addEventListener(): void {}
  removeEventListener(): void {}
  dispatchEvent(): boolean {
    return true;
  }
}

class ShimText extends ShimNode {
  nodeValue: string;
  constructor(ownerDocument: ShimDocument, text: string) {
    super(ownerDocument);
    this.nodeValue = text;
  }
  get outerHTML(): string {
    return escape(this.nodeValue);
  }
  get textContent(): string {
    return this.nodeValue;
  }
}

class ShimStyle {
  readonly declarations = new Map<string, string>();
  setProperty(name: string, value: string | null): void {
    if (value === null) this.declarations.delete(name);
    else this.declarations.set(name, String(value));
  }
  removeProperty(name: string): void {
    this.declarations.delete(name);
  }
  get text(): string {
    return [...this.declarations].map(([name, value]) => `${name}: ${value};`).join(" ");
  }
}

class ShimElement extends ShimNode {
  readonly nodeName: string;
  readonly namespaceURI: string;
  readonly attributes = new Map<string, string>();
  readonly childNodes: ShimNode[] = [];
  readonly style = new ShimStyle();

  constructor(ownerDocument: ShimDocument, name: string, namespace: string) {
    super(ownerDocument);
    this.nodeName = name;
    this.namespaceURI = namespace;
  }
  get tagName(): string {
    return this.nodeName;
  }
  get firstChild(): ShimNode | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): ShimNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }
  setAttributeNS(_namespace: string, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }
  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }
  getAttributeNS(_namespace: string, name: string): string | null {
    return this.getAttribute(name);
  }
  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  appendChild<N extends ShimNode>(child: N): N {
    return this.insertBefore(child, null);
  }
  append(...children: (ShimNode | string)[]): void {
    for (const child of children) {
      this.appendChild(child instanceof ShimNode ? child : new ShimText(this.ownerDocument, String(child)));
    }
  }
  insertBefore<N extends ShimNode>(child: N, before: ShimNode | null): N {
    child.parentNode?.removeChild(child);
    child.parentNode = this;
    const at = before === null ? -1 : this.childNodes.indexOf(before);
    if (at < 0) this.childNodes.push(child);
    else this.childNodes.splice(at, 0, child);
    return child;
  }
  removeChild(child: ShimNode): ShimNode {
    const at = this.childNodes.indexOf(child);
    if (at >= 0) this.childNodes.splice(at, 1);
    child.parentNode = null;
    return child;
  }
  replaceWith(other: ShimNode): void {
    this.parentNode?.insertBefore(other, this);
    this.remove();
  }
  cloneNode(deep = false): ShimElement {
    const copy = new ShimElement(this.ownerDocument, this.nodeName, this.namespaceURI);
    for (const [name, value] of this.attributes) copy.setAttribute(name, value);
    for (const [name, value] of this.style.declarations) copy.style.setProperty(name, value);
    if (deep) {
      for (const child of this.childNodes) {
        copy.appendChild(
          child instanceof ShimElement
            ? child.cloneNode(true)
            : new ShimText(this.ownerDocument, child.textContent),
        );
      }
    }
    return copy;
  }
  querySelector(): null {
    return null;
  }
  querySelectorAll(): [] {
    return [];
  }
  get textContent(): string {
    return this.childNodes.map((child) => child.textContent).join("");
  }
  set textContent(text: string | null) {
    this.childNodes.length = 0;
    if (text !== null && text !== "") this.append(text);
  }
  get innerHTML(): string {
    return this.childNodes.map((child) => child.outerHTML).join("");
  }
  get outerHTML(): string {
    const style = this.style.text;
    const attributes = [...this.attributes, ...(style === "" ? [] : [["style", style] as const])]
      .map(([name, value]) => ` ${name}="${escape(value)}"`)
      .join("");
    const raw = this.nodeName === "style" ? this.textContent : this.innerHTML;
    if (voidElements.has(this.nodeName)) return `<${this.nodeName}${attributes}>`;
    return `<${this.nodeName}${attributes}>${raw}</${this.nodeName}>`;
  }
}

class ShimDocument {
  readonly documentElement: ShimElement = new ShimElement(this, "html", "http://www.w3.org/1999/xhtml");
  readonly body = this.documentElement;
  readonly defaultView = null;
  createElement(name: string): ShimElement {
    return new ShimElement(this, name, "http://www.w3.org/1999/xhtml");
  }
  createElementNS(namespace: string, name: string): ShimElement {
    return new ShimElement(this, name, namespace);
  }
  createTextNode(text: string): ShimText {
    return new ShimText(this, text);
  }
  querySelector(): null {
    return null;
  }
  querySelectorAll(): [] {
    return [];
  }
}

/** A document for `Plot.plot({ document })`. Typed as the DOM's own so that the caller needs no cast of elements. */
export function figureDocument(): Document {
  return new ShimDocument() as unknown as Document;
}

/** A text as SVG or HTML content. */
export function escapeMarkup(text: string): string {
  return escape(text);
}
