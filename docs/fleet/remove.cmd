@echo off
rem remove.cmd [everything]: removes the task and the program. For SYSTEM or an administrator.
rem What changes can be taken back with stays; with "everything" it goes too, and nothing can be taken back any more.
rem Ends with 0 where all of that is gone, else with 1.
setlocal EnableExtensions DisableDelayedExpansion

rem A 32-bit process sees another Program Files and another registry: start again in the 64-bit cmd.
if not exist "%SystemRoot%\Sysnative\cmd.exe" goto :native
"%SystemRoot%\Sysnative\cmd.exe" /d /c call "%~f0" "%~1"
exit /b %ERRORLEVEL%

:native
set "HERE=%ProgramFiles%\iis-ssl-heal"
set "KEPT=%ProgramData%\iis-ssl-heal"

rem Without its program the task would stay and fail: the task goes first.
if not exist "%HERE%\iis-ssl-heal.exe" goto :program
"%HERE%\iis-ssl-heal.exe" schedule remove
if not "%ERRORLEVEL%"=="0" exit /b 1

:program
if exist "%HERE%\" rmdir /s /q "%HERE%"
rem Left by the metrics of config.json: as long as it lies there it is scraped, and rings that checks have stopped.
del /q "%ProgramFiles%\windows_exporter\textfile_inputs\iis_ssl_heal.prom" 2>nul
if exist "%HERE%\" exit /b 1
if /i not "%~1"=="everything" exit /b 0

if exist "%KEPT%\" rmdir /s /q "%KEPT%"
"%SystemRoot%\System32\reg.exe" delete HKLM\SOFTWARE\iis-ssl-heal /f >nul 2>&1
if exist "%KEPT%\" exit /b 1
exit /b 0
