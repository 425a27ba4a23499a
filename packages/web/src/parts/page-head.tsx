import type { ComponentChildren } from 'preact';

interface PageHeadProps {
  readonly title: ComponentChildren;
  /** A line below the title. */
  readonly sub?: ComponentChildren;
  /** A link to what the page is a part of, above the title. */
  readonly crumb?: ComponentChildren;
  /** Buttons, at the right. */
  readonly children?: ComponentChildren;
}

/** The one `h1` of a page. It takes the focus when somebody comes to the page. */
export function PageHead({ title, sub, crumb, children }: PageHeadProps) {
  return (
    <header class="page-head">
      <div class="titles">
        {crumb !== undefined && <div class="crumb">{crumb}</div>}
        <h1 tabIndex={-1}>{title}</h1>
        {sub !== undefined && <div class="sub">{sub}</div>}
      </div>
      {children !== undefined && <div class="row wrap">{children}</div>}
    </header>
  );
}
