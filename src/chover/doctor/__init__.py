"""``chover doctor``: checks whether a server runs well here, or could, and names the fix for each problem."""
