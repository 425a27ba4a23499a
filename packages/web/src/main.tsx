import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/pages.css';
import { render } from 'preact';
import { beginSession } from './api/session.ts';
import { takeHeadStart } from './data/head-start.ts';
import { Entrance } from './frame/entrance.tsx';
import { Frame } from './frame/frame.tsx';

const page = document.querySelector('#page');
if (page !== null) {
  render(
    <Entrance>
      <Frame />
    </Entrance>,
    page,
  );
}
void beginSession();
takeHeadStart();
