/** What the types of the page name, which the worker imports as types only. */
declare const document: any;
declare const localStorage: any;
