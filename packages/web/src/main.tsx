import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import { render } from 'preact';
import { Frame } from './frame/frame.tsx';

const page = document.querySelector('#page');
if (page !== null) render(<Frame />, page);
